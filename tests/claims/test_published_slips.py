"""Published tables hold slips: each of them is found, and no arithmetic rule fires elsewhere.

The list is exact. A rule that fires on a row whose printed numbers agree fails this test, and so
does one that misses a slip. Sources stand with the rows in ``claims/``.
"""

from pathlib import Path

import pytest

from prune_audit import RULES, Report, Settings, audit, gather, load_file

CLAIMS = Path(__file__).parents[2] / "claims"

SLIPS = {
    ("PA110", "afp2018.yaml", "base_models.r56.macs"),
    ("PA105", "chip2021.yaml", "results.chip-r50-44.params_reduction"),
    ("PA119", "chip2021.yaml", "results.chip-r50-48.macs"),
    ("PA103", "chip2021.yaml", "results.chip-r50-48.flops_reduction"),
    ("PA105", "chip2021.yaml", "results.chip-r50-48.params_reduction"),
    ("PA103", "chip2021.yaml", "results.chip-r56-74.flops_reduction"),
    ("PA105", "chip2021.yaml", "results.chip-r56-74.params_reduction"),
    ("PA105", "dcp2018.yaml", "results.dcp-r56-1.99x.compression"),
    ("PA110", "depgraph2023.yaml", "base_models.vgg19.macs"),
    ("PA101", "depgraph2023.yaml", "results.hrank-r56-2.00x.delta"),
    ("PA101", "depgraph2023.yaml", "results.depgraph-r56-2.13x.delta"),
    ("PA101", "depgraph2023.yaml", "results.greg1-vgg19-8.84x.delta"),
    ("PA101", "depgraph2023.yaml", "results.depgraph-nosl-vgg19-8.87x.delta"),
    ("PA109", "fpgm2019.yaml", "base_models.thinet-r50.top1"),
    ("PA109", "fpgm2019.yaml", "results.fpgm-only-r18-30-pre.base_top1"),
    ("PA109", "fpgm2019.yaml", "results.fpgm-mix-r18-30-pre.base_top1"),
    ("PA109", "fpgm2019.yaml", "results.fpgm-only-r34-30-pre.base_top1"),
    ("PA109", "fpgm2019.yaml", "results.fpgm-mix-r34-30-pre.base_top1"),
    ("PA101", "fpgm2019.yaml", "results.fpgm-only-r110-40-pre.drop"),
    ("PA101", "fpgm2019.yaml", "results.l1-r56-scratch.drop"),
    ("PA101", "fpgm2019.yaml", "results.l1-r110-scratch.drop"),
    ("PA101", "fpgm2019.yaml", "results.l1-r110.drop"),
    ("PA108", "greg2021.yaml", "base_models.r34.macs"),
    ("PA101", "greg2021.yaml", "results.greg1-vgg19-8.84x.drop"),
    ("PA101", "greg2021.yaml", "results.greg2-vgg19-8.84x.drop"),
    ("PA101", "greg2021.yaml", "results.l1-r34b.drop"),
    ("PA105", "hrank2020.yaml", "results.hrank-vgg16-2.15x.params_reduction"),
    ("PA105", "hrank2020.yaml", "results.hrank-vgg16-2.88x.params_reduction"),
    ("PA105", "hrank2020.yaml", "results.hrank-vgg16-4.25x.params_reduction"),
    ("PA105", "hrank2020.yaml", "results.hrank-r110-1.70x.params_reduction"),
    ("PA105", "hrank2020.yaml", "results.hrank-r110-1.61x.params_reduction"),
    ("PA103", "hrankplus2020.yaml", "results.hrankplus-r56-3.86x.flops_reduction"),
    ("PA105", "hrankplus2020.yaml", "results.hrankplus-r56-3.86x.params_reduction"),
    ("PA101", "hrankplus2020.yaml", "results.hrankplus-densenet40-2.49x.delta"),
    ("PA105", "hrankplus2020.yaml", "results.hrankplus-r50-step-1.81x.params_reduction"),
    ("PA101", "pruningbench2024.yaml", "results.r18c100-2x-hrank.delta"),
    ("PA101", "pruningbench2024.yaml", "results.vits-3x-random.delta"),
    ("PA119", "pruningbench2024.yaml", "results.vits-3x-magnitudel2-grouplasso.params"),
    ("PA113", "pruningbench2024.yaml", "results.vits-4x-obd-hessian.top1"),
    ("PA101", "pruningbench2024.yaml", "results.yolov8-3x-bnscale.delta"),
    ("PA101", "pruningbench2024.yaml", "results.yolov8-3x-obd-hessian.delta"),
    ("PA113", "pruningbench2024.yaml", "results.yolov8-4x-magnitudel2-groupnorm.top1"),
    ("PA119", "pruningbench2024.yaml", "results.yolov8-4x-magnitudel2-groupnorm.params"),
    ("PA110", "pruningbench2024.yaml", "results.r18-2x-bnscale-bnscale.params"),
    ("PA119", "pruningbench2024.yaml", "results.r18-2x-bnscale-bnscale.params"),
    ("PA119", "pruningbench2024.yaml", "results.r18-2x-magnitudel2-growingreg.params"),
    ("PA113", "pruningbench2024.yaml", "results.r50-2x-obd-hessian.top1"),
    ("PA109", "scop2020.yaml", "results.fpgm-r18.base_top1"),
    ("PA109", "scop2020.yaml", "results.fpgm-r34.base_top1"),
    ("PA109", "scop2020.yaml", "results.thinet-r50.base_top1"),
    ("PA101", "scop2020.yaml", "results.scop-a-r101.drop"),
    ("PA118", "tpp2023.yaml", "comparisons[2].difference"),
    ("PA108", "wang2023.yaml", "base_models.r34-dense.macs"),
    ("PA111", "wang2023.yaml", "results.t4-p90f30-1e-4.sweep.top1[2]"),
    ("PA111", "wang2023.yaml", "results.t6-l1-cosine-1e-2.sweep.top1[2]"),
    ("PA117", "wang2023.yaml", "results.t7-l1-step-1e-3.sweep.pruning.ratio[0]"),
}

NOT_ARITHMETIC = {"PA115"}
"""A statement against the printed numbers is no slip of the numbers."""


@pytest.fixture(scope="module")
def report() -> Report:
    files = sorted(CLAIMS.glob("*.yaml"))
    return audit(gather(load_file(path, path.name) for path in files), RULES, Settings())


def found(report: Report) -> set[tuple[str, str, str]]:
    return {
        (finding.code, finding.place.file, finding.place.pointer)
        for finding in report.findings
        if finding.code.startswith("PA1") and finding.code not in NOT_ARITHMETIC
    }


def test_every_published_slip_is_found(report: Report) -> None:
    assert SLIPS - found(report) == set()


def test_no_arithmetic_rule_fires_on_numbers_that_agree(report: Report) -> None:
    assert found(report) - SLIPS == set()


def test_the_shipped_claims_are_readable(report: Report) -> None:
    assert [file.name for file in report.files if file.claim is None] == []
