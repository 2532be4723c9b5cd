"""The text of the general terms as blocks: nothing of it is lost, whatever it looks like."""

from hypothesis import given
from hypothesis import strategies as st

from services.contracts.documents.terms_text import Block, BlockKind, blocks

TEXT = """I. Application

2.1. Proposition commerciale
Une proposition
sur deux lignes.

- un point
  qui continue

*sans espace
3.3 Règlement
12 rue de la Paix, 2.1 fois par an."""


def test_each_line_has_its_place() -> None:
    assert blocks(TEXT) == (
        Block(BlockKind.PART, "I. Application"),
        Block(BlockKind.ARTICLE, "2.1. Proposition commerciale"),
        Block(BlockKind.PARAGRAPH, "Une proposition sur deux lignes."),
        Block(BlockKind.POINT, "un point qui continue"),
        Block(BlockKind.POINT, "sans espace"),
        Block(BlockKind.ARTICLE, "3.3 Règlement"),
        Block(BlockKind.PARAGRAPH, "12 rue de la Paix, 2.1 fois par an."),
    )


def test_a_sentence_that_starts_like_a_heading_is_none() -> None:
    (block,) = blocks("I. " + "mot " * 60)
    assert block.kind is BlockKind.PARAGRAPH


@given(st.text(st.characters(codec="utf-8") | st.sampled_from("\n\n -*•.I23 "), max_size=300))
def test_no_word_is_lost(text: str) -> None:
    def bare(written: str) -> str:
        return "".join(sign for sign in written if not sign.isspace() and sign not in "-*•")

    assert bare("".join(block.text for block in blocks(text))) == bare(text)
