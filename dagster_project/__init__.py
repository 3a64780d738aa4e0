"""The Dagster project: assets, schedules, checks and write jobs over `pipelines` and `sql`. No HTTP and no SQL in here."""
