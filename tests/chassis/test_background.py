"""What a service does beside its requests begins with it and ends with it."""

from dataclasses import replace
from threading import Event

from chassis.platform import Platform
from tests.support.service import ServiceUnderTest

SECONDS = 10.0


def test_a_step_runs_again_and_again_though_it_fails_once(api: ServiceUnderTest) -> None:
    seen: list[Platform] = []
    often = Event()

    def step(platform: Platform) -> bool:
        seen.append(platform)
        if len(seen) == 1:
            raise RuntimeError("the first time")
        often.set()
        return len(seen) < 4

    service = replace(api.service, background={"stepping": step})
    with ServiceUnderTest(service, api.settings.model_copy(update={"background": True}), api.neighbour) as under_test:
        assert often.wait(SECONDS)
        assert seen[0] is under_test.platform


def test_nothing_runs_where_the_settings_say_so(api: ServiceUnderTest) -> None:
    seen: list[Platform] = []

    def step(platform: Platform) -> bool:
        seen.append(platform)
        return False

    with ServiceUnderTest(replace(api.service, background={"stepping": step}), api.settings, api.neighbour):
        pass
    assert seen == []
