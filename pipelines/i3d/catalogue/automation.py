"""What the provider calls by itself: Slack channels, callbacks, triggers.

Data only.
"""

from pipelines.i3d.operation import delete, get, load, post, put
from pipelines.i3d.shape import ANY, ID, INTEGER, TEXT, UNIX, business, many, need, obj, secret, shape

SLACK_SETTING = shape("SlackSetting", ("webHookUrl",),
    id=ID, name=TEXT, channel=business(TEXT), userName=business(TEXT),
)
CALLBACK_SETTING = shape("CallbackSetting", ("url", "headers",),
    id=ID, urlDescription=business(TEXT),
)
TRIGGER_CONDITION = shape("TriggerCondition",
    conditionId=ID, conditionValues=many(TEXT),
)
TRIGGER_RULE = shape("TriggerRule",
    ruleAction=INTEGER, ruleDataType=INTEGER, rule=ANY,
)
APPLICATION_INSTANCE_STOP_METHOD = shape("ApplicationInstanceStopMethod",
    methodId=ID, timeout=INTEGER,
)
TRIGGER_ACTION = shape("TriggerAction",
    action=INTEGER, actionParameters=obj(APPLICATION_INSTANCE_STOP_METHOD),
)
TRIGGER = shape("Trigger",
    id=ID, name=business(TEXT), description=business(TEXT), conditions=many(TRIGGER_CONDITION), rules=many(TRIGGER_RULE),
    actions=many(TRIGGER_ACTION), createdAt=UNIX, changedAt=UNIX, active=INTEGER,
)
TRIGGER_SUMMARY = shape("TriggerSummary",
    id=ID, name=business(TEXT), description=business(TEXT),
)
TRIGGER_TYPE = shape("TriggerType",
    id=ID, description=TEXT,
)
SLACK_SETTING_BODY = shape("SlackSetting",
    name=need(TEXT), webHookUrl=need(secret(TEXT)), channel=need(business(TEXT)), userName=need(business(TEXT)),
)
CALLBACK_SETTING_BODY = shape("CallbackSetting",
    url=need(secret(TEXT)), urlDescription=business(TEXT), headers=secret(TEXT),
)
TRIGGER_CONDITION_BODY = shape("TriggerCondition",
    conditionId=need(ID), conditionValues=need(many(TEXT)),
)
TRIGGER_RULE_BODY = shape("TriggerRule",
    ruleAction=need(INTEGER), ruleDataType=need(INTEGER), rule=need(ANY),
)
APPLICATION_INSTANCE_STOP_METHOD_BODY = shape("ApplicationInstanceStopMethod",
    methodId=ID, timeout=INTEGER,
)
TRIGGER_ACTION_BODY = shape("TriggerAction",
    action=need(INTEGER), actionParameters=obj(APPLICATION_INSTANCE_STOP_METHOD_BODY),
)
TRIGGER_BODY = shape("Trigger",
    name=need(business(TEXT)), description=business(TEXT), conditions=need(many(TRIGGER_CONDITION_BODY)),
    rules=need(many(TRIGGER_RULE_BODY)), actions=need(many(TRIGGER_ACTION_BODY)),
)

OPERATIONS = (
    load("/slackSetting", "slack_settings", SLACK_SETTING, "entity", "One row per Slack channel that gets alerts, without its address.", key="id", group="account"),
    get("/slackSetting/{slackSettingId}", "get_slack_setting", SLACK_SETTING, "repeats its list", answer="one", rereads="slack_settings", group="account"),
    load("/callback", "callbacks", CALLBACK_SETTING, "entity", "One row per callback, without its address and headers.", key="id", group="account"),
    get("/callback/{callbackSettingId}", "get_callback", CALLBACK_SETTING, "repeats its list", answer="one", rereads="callbacks", group="account"),
    load("/trigger/", "triggers", TRIGGER, "entity", "One row per trigger, its conditions, rules and actions inside.", key="id", paged=True, group="account"),
    get("/trigger/summary", "get_trigger_summaries", TRIGGER_SUMMARY, "fewer fields of the same rows as triggers", paged=True, group="account"),
    get("/trigger/{triggerId}", "get_trigger", TRIGGER, "repeats its list", answer="one", rereads="triggers", group="account"),
    load("/trigger/type/ruleActions", "trigger_rule_actions", TRIGGER_TYPE, "reference", "One row per thing a rule can do.", key="id", group="reference"),
    load("/trigger/type/ruleDataTypes", "trigger_rule_data_types", TRIGGER_TYPE, "reference", "One row per measure a rule can watch.", key="id", group="reference"),
    load("/trigger/type/actions", "trigger_actions", TRIGGER_TYPE, "reference", "One row per action of a trigger.", key="id", group="reference"),
    load("/trigger/type/operators", "trigger_operators", TRIGGER_TYPE, "reference", "One row per comparison.", key="id", group="reference"),
    load("/trigger/type/conditions", "trigger_conditions", TRIGGER_TYPE, "reference", "One row per condition of a trigger.", key="id", group="reference"),
    load("/trigger/type/valueTypes", "trigger_value_types", TRIGGER_TYPE, "reference", "One row per type of value.", key="id", group="reference"),
    post("/slackSetting", "create_slack_setting", SLACK_SETTING_BODY, 2, reloads=("slack_settings",), group="account"),
    put("/slackSetting/{slackSettingId}", "update_slack_setting", SLACK_SETTING_BODY, 2, reloads=("slack_settings",), group="account"),
    delete("/slackSetting/{slackSettingId}", "delete_slack_setting", 2, answer="empty", reloads=("slack_settings",), group="account"),
    post("/callback", "create_callback", CALLBACK_SETTING_BODY, 3, reloads=("callbacks",), group="account"),
    put("/callback/{callbackSettingId}", "update_callback", CALLBACK_SETTING_BODY, 3, reloads=("callbacks",), group="account"),
    delete("/callback/{callbackSettingId}", "delete_callback", 2, answer="empty", reloads=("callbacks",), group="account"),
    post("/trigger", "create_trigger", TRIGGER_BODY, 3, reloads=("triggers",), group="account"),
    put("/trigger/{triggerId}", "update_trigger", TRIGGER_BODY, 3, reloads=("triggers",), group="account"),
    delete("/trigger/{triggerId}", "delete_trigger", 2, answer="empty", reloads=("triggers",), group="account"),
    put("/trigger/{triggerId}/enable", "enable_trigger", None, 2, reloads=("triggers",), group="account"),
    put("/trigger/{triggerId}/disable", "disable_trigger", None, 2, reloads=("triggers",), group="account"),
)
