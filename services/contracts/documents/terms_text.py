"""The text of the general terms as its blocks, in order: every line is kept, only its place on the page is found.

A part starts with a Roman numeral ("III. Prix"), an article with two numbers ("3.1. Prix"), a point with a dash or an
asterisk; blank lines part paragraphs.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

# A heading is short: a longer line that starts with such a number is a sentence of the text.
_LONGEST_HEADING = 120
_PART = re.compile(r"[IVXLC]+\.\s+\S")
_ARTICLE = re.compile(r"\d+\.\d+\.?\s+\S")
_POINT = re.compile(r"[-*•]\s*")


class BlockKind(StrEnum):
    """How a block stands on the page."""

    PART = "part"
    ARTICLE = "article"
    POINT = "point"
    PARAGRAPH = "paragraph"


@dataclass(frozen=True)
class Block:
    """A heading, a point or a paragraph."""

    kind: BlockKind
    text: str


def blocks(text: str) -> tuple[Block, ...]:
    """The blocks of a text in order; lines that follow one another without a blank one make one paragraph."""
    found: list[Block] = []
    goes_on = False
    for line in (line.strip() for line in text.splitlines()):
        if not line:
            goes_on = False
            continue
        block = _block(line)
        if goes_on and block.kind is BlockKind.PARAGRAPH:
            found[-1] = Block(found[-1].kind, f"{found[-1].text} {line}")
        else:
            found.append(block)
        goes_on = found[-1].kind in (BlockKind.PARAGRAPH, BlockKind.POINT)
    return tuple(found)


def _block(line: str) -> Block:
    if len(line) <= _LONGEST_HEADING and _PART.match(line):
        return Block(BlockKind.PART, line)
    if len(line) <= _LONGEST_HEADING and _ARTICLE.match(line):
        return Block(BlockKind.ARTICLE, line)
    point = _POINT.match(line)
    if point and line[point.end() :]:
        return Block(BlockKind.POINT, line[point.end() :])
    return Block(BlockKind.PARAGRAPH, line)
