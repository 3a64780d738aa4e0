"""What an analyst may rely on: the marts, their keys and the columns that must be there, written down apart from the models.

Names only, no test.
"""

from __future__ import annotations

# Mart: its key, and further columns.
MARTS: dict[str, tuple[str, str]] = {
    "services": (
        "service_key",
        "service_type service_id service_name location project_name purchase_order currency_code monthly_price starts_on "
        "paid_until_on contract_ends_on cancelled_on is_active is_deleted first_seen_at last_seen_at",
    ),
    "service_price_history": (
        "service_key valid_from", "valid_to monthly_price currency_code price_per_kwh price_per_tb_overuse",
    ),
    "cost_by_service_month": (
        "service_key month charge_kind currency_code", "quantity unit unit_price amount amount_eur reason",
    ),
    "cost_change_by_service_month": ("service_key month charge_kind currency_code", "change_amount reason"),
    "cost_by_allocation_month": ("dimension dimension_value month currency_code", "amount amount_eur unknown_count"),
    "cost_by_kind_month": ("month charge_kind currency_code", "amount amount_eur unknown_count change_amount forecast_amount"),
    "cost_by_month": ("month currency_code", "amount amount_eur unknown_count change_amount forecast_amount"),
    "clock": ("as_of_at", "as_of_on month previous_month"),
    "invoice_ageing": ("currency_code ageing_bucket", "invoice_count open_amount unapplied_amount"),
    "bandwidth_by_service_day": (
        "service_key day", "ingress_bytes egress_bytes used_gb month_to_date_gb peak_mbit p95_mbit commit_mbit commit_gb",
    ),
    "power_by_pdu_day": (
        "pdu_id day",
        "colocation_id energy_kwh meter_start_kwh meter_end_kwh sample_count expected_sample_count coverage_pct reset_count "
        "unexplained_seconds peak_amps p95_amps",
    ),
    "power_by_colocation_month": (
        "colocation_id month",
        "energy_kwh price_per_kwh cost_amount currency_code contract_amps peak_amps headroom_amps daily_history_kwh "
        "provider_kwh coverage_pct is_billing_grade reason",
    ),
    "bandwidth_by_service_month": (
        "service_key month",
        "billing_type ingress_bytes egress_bytes used_gb commit_gb commit_mbit p95_in_mbit p95_out_mbit max_of_p95_mbit "
        "p95_of_max_mbit p95_of_sum_mbit sum_of_p95_mbit used_mbit used_mbit_low used_mbit_high coverage_pct overuse_gb "
        "overuse_mbit overuse_amount currency_code burst_minutes_left is_billing_grade reason",
    ),
    "bandwidth_method_fit": ("service_key month method", "method_mbit provider_mbit error_pct rank"),
    "contract_calendar": (
        "service_key",
        "contract_ends_on term_ends_on last_day_to_cancel_on days_to_cancel earliest_exit_on exposure_amount currency_code "
        "urgency",
    ),
    "capacity_flexmetal_commit": (
        "location_id instance_type snapshot_on",
        "commit in_use overflow headroom utilisation_pct days_to_exhaustion reason",
    ),
    "capacity_flexmetal_quota": (
        "location_id instance_type quota_type contract_id snapshot_on", "quota usage headroom utilisation_pct",
    ),
    "flexmetal_usage_by_server_month": (
        "server_uuid month", "billable_hours bandwidth_in_gb bandwidth_out_gb usage_amount currency_code reason",
    ),
    "capacity_colocation": (
        "colocation_id snapshot_on",
        "contract_amps peak_amps headroom_amps utilisation_pct commit_used_pct days_to_exhaustion reason",
    ),
    "idle_servers": (
        "service_key", "verdict days_observed mean_cpu_pct mean_bytes_per_day monthly_price currency_code",
    ),
    "expected_charges": (
        "expected_charge_id",
        "service_key charge_kind period_start period_end expected_on quantity unit_price amount currency_code reason",
    ),
    "invoice_reconciliation": (
        "reconciliation_id",
        "service_key charge_kind period_start period_end currency_code expected_charge_id expected_amount billed_amount "
        "variance_amount code match_rule match_confidence invoice_id line_number message tolerance_amount",
    ),
    "focus_cost_and_usage": (
        "x_RowId",
        "BilledCost EffectiveCost ListCost ContractedCost BillingCurrency ChargeCategory ChargePeriodStart InvoiceId "
        "ServiceName SkuPriceId Tags x_CostBasis x_MatchConfidence x_MatchRule x_PowerKwhMeasured x_Rack x_PurchaseOrder "
        "x_ProrationConvention x_ReconciliationCode",
    ),
    "focus_invoice_detail": ("InvoiceDetailId", "InvoiceId BilledCost ChargeCategory ReferenceInvoiceId"),
    "focus_billing_period": ("BillingPeriodStart", "BillingPeriodEnd BillingPeriodStatus"),
    "exceptions": (
        "exception_id",
        "area code severity service_key invoice_id line_number happened_on expected_amount billed_amount amount_at_stake "
        "currency_code message next_step source_table reason",
    ),
    "load_health": (
        "table_name", "last_loaded_at row_count source_count missing_count freshness_hours status message",
    ),
}  # fmt: skip

# The type that the end of a name promises, in every mart.
TYPES = {
    "_kwh": "DECIMAL(18,6)", "_gb": "DECIMAL(18,6)", "_mbit": "DECIMAL(18,6)", "_amps": "DECIMAL(18,6)",
    "_pct": "DECIMAL(9,4)", "_bytes": "HUGEINT", "amount": "DECIMAL(18,4)", "amount_eur": "DECIMAL(18,4)",
    "monthly_price": "DECIMAL(18,4)", "price_per_kwh": "DECIMAL(18,6)", "unit_price": "DECIMAL(18,6)",
    "currency_code": "VARCHAR", "_on": "DATE", "_at": "TIMESTAMP", "month": "DATE",
}  # fmt: skip
