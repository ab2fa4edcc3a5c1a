"""JUnit XML, for the test views of CI systems.

A file is a test suite, a rule that has something to say about it a test case; a file without
findings has one case that passes. An error is a failure. A warning, a note and a suppressed finding
are skipped cases, which the views show without turning red. Cases keep their names when lines move.
"""

import re
from collections.abc import Iterable, Sequence
from xml.etree import ElementTree as Xml

from prune_audit.audit import Report
from prune_audit.findings import Finding, Severity, Suppressed
from prune_audit.reports.lines import one_line
from prune_audit.reports.look import Look

_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def render(report: Report, look: Look) -> str:
    """Return a suite per file, in the order of the files; findings on other files follow."""
    found: dict[str, list[Finding]] = {loaded.name: [] for loaded in report.files}
    for finding in report.findings:
        found.setdefault(finding.place.file, []).append(finding)
    waived: dict[str, list[Suppressed]] = {}
    for one in report.suppressed:
        waived.setdefault(one.finding.place.file, []).append(one)
    files = dict.fromkeys([*found, *waived])
    suites = [_suite(file, found.get(file, []), waived.get(file, [])) for file in files]
    tests, failures = (
        str(sum(int(suite.attrib[key]) for suite in suites)) for key in ("tests", "failures")
    )
    top = _element("testsuites", name="prune-audit", tests=tests, failures=failures, errors="0")
    top.extend(suites)
    Xml.indent(top)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{Xml.tostring(top, encoding="unicode")}\n'


def _suite(file: str, found: list[Finding], waived: list[Suppressed]) -> Xml.Element:
    cases = [_case(file, same) for same in _by_rule(found)]
    cases += [_waived(file, one) for one in waived]
    cases = cases or [_element("testcase", name="no findings", classname=file)]
    failures, skipped = (
        str(sum(case.find(kind) is not None for case in cases)) for kind in ("failure", "skipped")
    )
    suite = _element(
        "testsuite", name=file, tests=str(len(cases)), failures=failures, errors="0",
        skipped=skipped,
    )  # fmt: skip
    suite.extend(cases)
    return suite


def _by_rule(findings: Iterable[Finding]) -> list[list[Finding]]:
    by_code: dict[str, list[Finding]] = {}
    for finding in findings:
        by_code.setdefault(finding.code, []).append(finding)
    return [by_code[code] for code in sorted(by_code)]


def _case(file: str, same: Sequence[Finding]) -> Xml.Element:
    gravest = min(same, key=lambda finding: finding.severity.rank)
    more = f" (and {len(same) - 1} more)" if len(same) > 1 else ""
    case = _element("testcase", name=f"{gravest.code} {gravest.name}", classname=file)
    kind = "failure" if gravest.severity is Severity.ERROR else "skipped"
    inner = _element(kind, type=str(gravest.severity), message=f"{gravest.message}{more}")
    inner.text = "\n".join(["", *(_legal(line) for one in same for line in _lines(one)), ""])
    case.append(inner)
    return case


def _waived(file: str, suppressed: Suppressed) -> Xml.Element:
    finding = suppressed.finding
    name = f"{finding.code} {finding.name} (suppressed)"
    case = _element("testcase", name=name, classname=file)
    said = f"suppressed by {suppressed.by}: {suppressed.reason}"
    inner = _element("skipped", type="suppressed", message=said)
    inner.text = "\n".join(["", *map(_legal, _lines(finding)), ""])
    case.append(inner)
    return case


def _lines(finding: Finding) -> list[str]:
    fix = [f"  fix: {one_line(finding.fix)}"] if finding.fix else []
    return [f"{finding.place}: {finding.severity}: {one_line(finding.message)}", *fix]


def _element(tag: str, /, **attributes: str) -> Xml.Element:
    return Xml.Element(tag, {key: _legal(one_line(text)) for key, text in attributes.items()})


def _legal(text: str) -> str:
    """Replace what XML 1.0 cannot hold."""
    return _ILLEGAL.sub("\ufffd", text)
