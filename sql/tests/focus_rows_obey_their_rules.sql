-- No row, invoice or group of rows breaks a rule of FOCUS; each finding names the rule.
select * from {{ ref('int_focus_rows__linted') }}
