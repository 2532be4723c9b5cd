"""The gdpr service's settings."""

from chassis.platform import Platform
from chassis.settings import ServiceSettings


class Settings(ServiceSettings):
    """Those of every service, and who answers for the data.

    controller: name and address of the provider, as the person and the register read them; officer_contact: where the
    data protection officer is written to (the address that mails come from, unless another is given); transfers: what
    the person and the register read of third countries (GDPR Art. 15(2) and 30(1)(e)), in French.
    """

    controller: str = "L’organisme de formation"
    officer_contact: str | None = None
    transfers: str = "Aucun transfert vers un pays tiers ni vers une organisation internationale."

    @property
    def officer(self) -> str:
        """Where the data protection officer is written to."""
        return self.officer_contact or self.mail_from


def settings_of(platform: Platform) -> Settings:
    """The settings that this service was started with."""
    if not isinstance(platform.settings, Settings):
        raise TypeError("this is not the gdpr service's platform")
    return platform.settings
