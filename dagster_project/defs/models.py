"""The SQL models as assets, their tests as asset checks, and the published file at the end of the graph."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings, DbtCliResource, DbtProject, dbt_assets

from dagster_project.defs.loads import POOL
from dagster_project.defs.resources import DBT
from dagster_project.freshness import NIGHTLY
from dagster_project.modelled import Look
from dagster_project.references import references
from dagster_project.translators import OWNERS
from pipelines.build import EVERY_NIGHT, PROJECT, environment
from pipelines.comments import write_comments
from pipelines.demo import chosen_terms
from pipelines.i3d.writeback.export import copy_record
from pipelines.start import prepare

SETTINGS = PROJECT.parent / "settings"


def prepared(project: DbtProject) -> DbtProject:
    """The project with a manifest that is not older than its files."""
    folders = (PROJECT / "models", PROJECT / "macros", PROJECT / "tests", SETTINGS)
    files = [PROJECT / "dbt_project.yml", *(path for folder in folders for path in folder.rglob("*") if path.is_file())]
    manifest = project.manifest_path
    if not manifest.exists() or manifest.stat().st_mtime < max(path.stat().st_mtime for path in files):
        path = os.pathsep.join([str(DBT.parent), os.environ.get("PATH", "")])
        begun = time.time()
        with surroundings({**os.environ, "PATH": path, "DBT_SEND_ANONYMOUS_USAGE_STATS": "false"}):
            project.preparer.prepare(project)
        os.utime(manifest, (begun, begun))  # a file that changed while it was made is not in it
    return project


@contextmanager
def surroundings(variables: dict[str, str]) -> Iterator[None]:
    """These environment variables and no others: dagster-dbt hands the ones of the process to dbt."""
    before = dict(os.environ)
    os.environ.clear()
    os.environ.update(variables)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


class ModelTranslator(DagsterDbtTranslator):
    """A dbt model as an asset: dagster-dbt's own names, which join the raw tables by themselves."""

    def get_asset_spec(self, manifest: Any, unique_id: str, project: DbtProject | None) -> dg.AssetSpec:
        """The spec of a model or seed, with its owners."""
        spec = super().get_asset_spec(manifest, unique_id, project)
        node = manifest["nodes"].get(unique_id)
        if node is None:
            return spec
        schema, name = node["schema"], node["name"]
        links = references(schema, name, code=PROJECT / node["original_file_path"])
        metadata = {**spec.metadata, "dagster/table_name": f"{schema}.{name}", "dagster/code_references": links}
        late = NIGHTLY if schema == "marts" else None
        return spec.replace_attributes(owners=OWNERS, group_name=schema, freshness_policy=late, metadata=metadata)


project = prepared(DbtProject(project_dir=PROJECT, profiles_dir=PROJECT))
translator = ModelTranslator(DagsterDbtTranslatorSettings(enable_source_tests_as_checks=True))


@dbt_assets(manifest=project.manifest_path, project=project, name="build_models", dagster_dbt_translator=translator, pool=POOL)
def models(context: dg.AssetExecutionContext, dbt: DbtCliResource) -> Iterator[Any]:
    """Builds and tests the models on the private file; a failed test keeps the published file as it is."""
    settings, warehouse = prepare()
    with warehouse.writing(), surroundings(environment(warehouse, chosen_terms(settings, warehouse))):
        copy_record(warehouse)
        # Kept until dbt has let go of the file: only then can the rows be counted.
        run = dbt.cli(["build", *EVERY_NIGHT], context=context, raise_on_error=False, target_path=warehouse.dbt / "target")
        made = list(run.stream())
    passed = run.is_successful()
    look = Look.at(warehouse, run.get_artifact("manifest.json")) if passed else None
    for event in made:
        if not isinstance(event, dg.Output):
            yield event
            continue
        key = context.assets_def.keys_by_output_name[event.output_name]
        if look:
            yield event.with_metadata({**event.metadata, **look.metadata(key)})
        else:  # without its outputs nothing goes on from a build that failed; what it made is only written down
            yield dg.AssetMaterialization(key, metadata={**event.metadata})
    if not passed:
        raise dg.Failure("A model or a test failed: the published file is as before. The checks name it.", allow_retries=False)


marts = [key for key in models.keys if key.path[0] == "marts"]


@dg.asset(
    key=["published", "warehouse"], deps=marts, group_name="published", kinds={"duckdb"}, owners=OWNERS, pool=POOL,
    freshness_policy=NIGHTLY,
    description="The file that everybody reads: a copy of the private one, replaced in one step when every test passed.",
)  # fmt: skip
def published_warehouse(context: dg.AssetExecutionContext) -> dg.MaterializeResult[Any]:
    """Publishes the warehouse."""
    _, warehouse = prepare()
    with warehouse.writing():
        write_comments(warehouse)
        warehouse.publish()
    size = warehouse.published.stat().st_size
    return dg.MaterializeResult(metadata={"path": str(warehouse.published), "megabytes": round(size / 10**6, 1)})
