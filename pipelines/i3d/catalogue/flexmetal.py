"""On-demand metal: servers, tags, places, capacity, quota, usage.

Data only.
"""

from pipelines.i3d.operation import delete, get, load, post, put
from pipelines.i3d.shape import (
    BOOLEAN,
    BYTES,
    ID,
    INTEGER,
    TAG,
    TAGS,
    TEXT,
    UNIX,
    business,
    many,
    need,
    obj,
    personal,
    secret,
    shape,
)

FLEXMETAL_LOCATION_PARTIAL = shape("FlexMetalLocationPartial",
    id=ID, name=TEXT,
)
FLEXMETAL_INSTANCE_TYPE_PARTIAL = shape("FlexMetalInstanceTypePartial",
    id=ID, name=TEXT,
)
FLEXMETAL_OPERATING_SYSTEM_RESPONSE = shape("FlexMetalOperatingSystemResponse",
    slug=TEXT,
)
FLEXMETAL_SERVER_IP_ADDRESS = shape("FlexMetalServerIpAddress",
    ipAddress=business(TEXT),
)
FLEXMETAL_SERVER = shape("FlexMetalServer",
    uuid=ID, name=business(TEXT), status=TEXT, statusMessage=business(TEXT), location=obj(FLEXMETAL_LOCATION_PARTIAL),
    instanceType=obj(FLEXMETAL_INSTANCE_TYPE_PARTIAL), os=obj(FLEXMETAL_OPERATING_SYSTEM_RESPONSE),
    ipAddresses=many(FLEXMETAL_SERVER_IP_ADDRESS), tags=many(TEXT), createdAt=UNIX, deliveredAt=UNIX, releasedAt=UNIX,
    contractId=business(ID),
)
FLEXMETAL_SERVER_ROOT_PASSWORD = shape("FlexMetalServerRootPassword", ("rootPassword",),

)
FLEXMETAL_LOCATION = shape("FlexMetalLocation",
    id=ID, name=TEXT, shortName=TEXT, displayName=TEXT, countryId=ID, countryName=TEXT, countryShortName=TEXT,
)
FLEXMETAL_INSTANCE_TYPE = shape("FlexMetalInstanceType",
    id=ID, locationId=ID, name=TEXT, sockets=INTEGER, cores=INTEGER, memory=INTEGER, memoryType=TEXT, storage=INTEGER,
    storageType=TEXT, generationName=TEXT,
)
FLEXMETAL_INSTANCE_TYPE_COMMIT = shape("FlexMetalInstanceTypeCommit",
    instanceType=obj(FLEXMETAL_INSTANCE_TYPE), capacity=business(INTEGER), inUse=business(INTEGER),
)
FLEXMETAL_CAPACITY_COMMIT = shape("FlexMetalCapacityCommit",
    location=obj(FLEXMETAL_LOCATION), commits=many(FLEXMETAL_INSTANCE_TYPE_COMMIT),
)
FLEXMETAL_TAG_RESOURCE_USAGE = shape("FlexMetalTagResourceUsage",
    count=INTEGER,
)
FLEXMETAL_TAG_SUMMARY = shape("FlexMetalTagSummary",
    count=INTEGER, flexMetalServers=obj(FLEXMETAL_TAG_RESOURCE_USAGE),
)
FLEXMETAL_TAG = shape("FlexMetalTag",
    tag=TEXT, resources=obj(FLEXMETAL_TAG_SUMMARY),
)
FLEXMETAL_QUOTA_USAGE = shape("FlexMetalQuotaUsage",
    instanceType=obj(FLEXMETAL_INSTANCE_TYPE_PARTIAL), quotaType=TEXT, contractId=business(ID), quota=business(INTEGER),
    usage=business(INTEGER),
)
FLEXMETAL_SERVER_QUOTA_USAGE = shape("FlexMetalServerQuotaUsage",
    location=obj(FLEXMETAL_LOCATION_PARTIAL), quotaUsage=many(FLEXMETAL_QUOTA_USAGE),
)
FLEXMETAL_USAGE = shape("FlexMetalUsage",
    server=obj(FLEXMETAL_SERVER), startedAt=TEXT, endedAt=TEXT, totalHours=business(INTEGER), totalMinutes=business(INTEGER),
    bandwidthIn=business(BYTES), bandwidthOut=business(BYTES),
)
FLEXMETAL_KERNEL_PARAM_BODY = shape("FlexMetalKernelParam",
    key=need(TEXT), value=need(secret(TEXT)),
)
FLEXMETAL_PARTITION_BODY = shape("FlexMetalPartition",
    target=need(TEXT), filesystem=need(TEXT), size=need(INTEGER),
)
FLEXMETAL_OPERATING_SYSTEM_REQUEST_BODY = shape("FlexMetalOperatingSystemRequest",
    slug=need(TEXT), kernelParams=many(FLEXMETAL_KERNEL_PARAM_BODY), partitions=many(FLEXMETAL_PARTITION_BODY),
    ipxeScriptUrl=business(TEXT),
)
FLEXMETAL_SERVER_REQUEST_BODY = shape("FlexMetalServerRequest",
    name=need(business(TEXT)), location=need(TEXT), instanceType=need(TEXT),
    os=need(obj(FLEXMETAL_OPERATING_SYSTEM_REQUEST_BODY)), sshKey=need(personal(many(TEXT))), postInstallScript=secret(TEXT),
    tags=TAGS, contractId=business(TEXT), overflow=BOOLEAN,
)
FLEXMETAL_TAG_BODY = shape("FlexMetalTag",
    tag=need(TAG),
)

OPERATIONS = (
    load("/flexMetal/servers", "flexmetal_servers", FLEXMETAL_SERVER, "entity", "One row per on-demand server, released ones included while the API lists them.", key="uuid", history=("status", "contractId"), paged=True, query=("status", "tag")),
    get("/flexMetal/servers/{uuid}", "get_flexmetal_server", FLEXMETAL_SERVER, "repeats its list", answer="one", rereads="flexmetal_servers"),
    get("/flexMetal/servers/{uuid}/rootPassword", "get_flexmetal_root_password", FLEXMETAL_SERVER_ROOT_PASSWORD, "a live password: only by hand, behind an unlock", answer="one", locked=True),
    load("/flexMetal/tags", "flexmetal_tags", FLEXMETAL_TAG, "entity", "One row per tag.", key="tag", observe=("resources",), paged=True),
    get("/flexMetal/tags/{tag}", "get_flexmetal_tag", FLEXMETAL_TAG, "repeats its list", answer="one", rereads="flexmetal_tags"),
    load("/flexMetal/location", "flexmetal_locations", FLEXMETAL_LOCATION, "reference", "One row per location that offers on-demand servers.", key="id", group="reference"),
    load("/flexMetal/location/{locationId}/instanceTypes", "flexmetal_instance_types", FLEXMETAL_INSTANCE_TYPE, "current", "One row per location and instance type on offer.", key=("locationId", "id"), each={"locationId": "flexmetal_locations.id"}, observe=("name",), group="reference"),
    load("/flexMetal/capacity/commit", "flexmetal_commits", FLEXMETAL_CAPACITY_COMMIT, "current", "One row per location, its committed instance types inside.", key="location.id", observe=("location", "commits")),
    load("/flexMetal/quota/usage", "flexmetal_quotas", FLEXMETAL_SERVER_QUOTA_USAGE, "current", "One row per location, its quotas inside.", key="location.id", observe=("location", "quotaUsage")),
    load("/flexMetal/usage", "flexmetal_usage", FLEXMETAL_USAGE, "series", "One row per server and slice of a calendar month.", key=("server.uuid", "startedAt"), window="month", group="telemetry"),
    post("/flexMetal/servers", "create_flexmetal_server", FLEXMETAL_SERVER_REQUEST_BODY, 4, reloads=("flexmetal_servers",)),
    delete("/flexMetal/servers/{uuid}", "release_flexmetal_server", 4, reloads=("flexmetal_servers",)),
    post("/flexMetal/servers/{uuid}/tag/{tag}", "tag_flexmetal_server", None, 1, reloads=("flexmetal_servers", "flexmetal_tags")),
    delete("/flexMetal/servers/{uuid}/tag/{tag}", "untag_flexmetal_server", 1, reloads=("flexmetal_servers", "flexmetal_tags")),
    post("/flexMetal/tags", "create_flexmetal_tag", FLEXMETAL_TAG_BODY, 1, reloads=("flexmetal_tags",)),
    put("/flexMetal/tags/{tag}", "rename_flexmetal_tag", FLEXMETAL_TAG_BODY, 2, reloads=("flexmetal_tags", "flexmetal_servers")),
    delete("/flexMetal/tags/{tag}", "delete_flexmetal_tag", 2, answer="empty", reloads=("flexmetal_tags", "flexmetal_servers")),
)
