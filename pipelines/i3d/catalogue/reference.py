"""Lists that describe the provider and not the account: countries, currencies, systems, sites, vacancies, health.

Data only.
"""

from pipelines.i3d.operation import get, load, post
from pipelines.i3d.shape import (
    ANY,
    BOOLEAN,
    ID,
    INTEGER,
    NUMBER,
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

HEALTH = shape("Health",
    status=TEXT,
)
JOB = shape("Job",
    id=ID, slug=TEXT, title=TEXT, headerImage=TEXT, tileImage=TEXT, introText=TEXT, text=TEXT, intakeDate=UNIX,
)
USER_REMOTE_INFORMATION = shape("UserRemoteInformation",
    ipAddressFromServerVariable=personal(TEXT), ipAddressFromRequest=personal(TEXT), xForwardFor=personal(TEXT),
    xForwardHost=business(TEXT), userAgent=personal(TEXT),
)
OPERATING_SYSTEM = shape("OperatingSystem",
    id=ID, name=TEXT, slug=TEXT, osGroup=INTEGER, isOdp=INTEGER, availableForFlexMetal=INTEGER, active=INTEGER,
)
PING_SITE = shape("PingSite",
    continentId=ID, continentName=TEXT, countryId=ID, country=TEXT, dcLocationId=ID, dcLocationName=TEXT, hostname=TEXT,
    ipv4=many(TEXT), ipv6=many(TEXT),
)
PING_SITE_DETAIL_BEACON = shape("PingSiteDetailBeacon",
    hostName=TEXT, state=TEXT, ip=TEXT,
)
PING_SITE_DETAIL = shape("PingSiteDetail",
    continentId=ID, continentName=TEXT, countryId=ID, countryName=TEXT, dcLocationId=ID, dcLocationName=TEXT, regionName=TEXT,
    beacons=many(PING_SITE_DETAIL_BEACON),
)
PING_SITE_LATENCY_COORDINATES_MODEL = shape("PingSiteLatencyCoordinatesModel",
    lat=TEXT, lng=TEXT,
)
PING_SITE_LATENCY_RPM_RAW_MODEL = shape("PingSiteLatencyRpmRawModel",
    link=TEXT, latency5m=TEXT, latency1d=TEXT, latency1w=TEXT, latency30d=TEXT, jitter=TEXT, packetloss5m=TEXT,
    packetloss1d=TEXT, packetloss1w=TEXT, packetloss30d=TEXT, sourceRegion=BOOLEAN,
    source=obj(PING_SITE_LATENCY_COORDINATES_MODEL), destinationRegion=BOOLEAN,
    destination=obj(PING_SITE_LATENCY_COORDINATES_MODEL),
)
PING_SITE_LATENCY_PROPERTY_MODEL = shape("PingSiteLatencyPropertyModel",
    link=TEXT, description=TEXT,
)
PING_SITE_LATENCY_FEATURES_GEOMETRY_MODEL = shape("PingSiteLatencyFeaturesGeometryModel",
    type=TEXT, coordinates=many(ANY),
)
PING_SITE_LATENCY_CONNECTION_MODEL = shape("PingSiteLatencyConnectionModel",
    type=TEXT, properties=obj(PING_SITE_LATENCY_PROPERTY_MODEL), geometry=obj(PING_SITE_LATENCY_FEATURES_GEOMETRY_MODEL),
)
PING_SITE_LATENCY_FEATURES_MODEL = shape("PingSiteLatencyFeaturesModel",
    ok=many(PING_SITE_LATENCY_CONNECTION_MODEL), down=many(PING_SITE_LATENCY_CONNECTION_MODEL),
    loss=many(PING_SITE_LATENCY_CONNECTION_MODEL),
)
PING_SITE_LATENCY_ROUTER_POINT_GEOMETRY_MODEL = shape("PingSiteLatencyRouterPointGeometryModel",
    type=TEXT, coordinates=many(NUMBER),
)
PING_SITE_LATENCY_ROUTER_POINT_MODEL = shape("PingSiteLatencyRouterPointModel",
    type=TEXT, properties=obj(PING_SITE_LATENCY_PROPERTY_MODEL), geometry=obj(PING_SITE_LATENCY_ROUTER_POINT_GEOMETRY_MODEL),
)
PING_SITE_LATENCY_RESPONSE_MODEL = shape("PingSiteLatencyResponseModel",
    rpmRaw=many(PING_SITE_LATENCY_RPM_RAW_MODEL), features=obj(PING_SITE_LATENCY_FEATURES_MODEL),
    routerPoints=many(PING_SITE_LATENCY_ROUTER_POINT_MODEL),
)
PING_SITE_LATENCY_MODEL = shape("PingSiteLatencyModel",
    authStatus=BOOLEAN, authservice=BOOLEAN, authuser=BOOLEAN, responseTime=NUMBER, status=TEXT,
    response=obj(PING_SITE_LATENCY_RESPONSE_MODEL), serverTime=TEXT,
)
COUNTRY = shape("Country",
    id=ID, code=TEXT, name=TEXT, continent=TEXT,
)
SERVICE = shape("Service",
    id=ID, service=TEXT, amount=INTEGER,
)
ONLINE_STATUS_COMPONENT = shape("OnlineStatusComponent",
    name=TEXT, status=INTEGER,
)
ONLINE_STATUS_GROUP = shape("OnlineStatusGroup",
    name=TEXT, status=INTEGER, components=many(ONLINE_STATUS_COMPONENT),
)
ONLINE_STATUS = shape("OnlineStatus",
    status=INTEGER, groups=many(ONLINE_STATUS_GROUP),
)
GEOMETRY_MODEL = shape("GeometryModel",
    type=TEXT, coordinates=business(many(NUMBER)),
)
PROPERTIES_MODEL = shape("PropertiesModel",
    value=INTEGER,
)
FEATURE_MODEL = shape("FeatureModel",
    geometry=obj(GEOMETRY_MODEL), properties=obj(PROPERTIES_MODEL),
)
CDN_USER_FEATURES_MODEL = shape("CDNUserFeaturesModel",
    type=TEXT, features=many(FEATURE_MODEL),
)
CURRENCY = shape("Currency",
    id=ID, name=TEXT, sign=TEXT, conversionRateToEuro=NUMBER, decimals=INTEGER,
)
NEWSLETTER_OPT_IN_BODY = shape("NewsletterOptIn",
    email=need(personal(TEXT), None, 128), language=need(TEXT),
)
NEWSLETTER_CONFIRM_BODY = shape("NewsletterConfirm",
    token=need(secret(TEXT)),
)
NEWSLETTER_UNSUBSCRIBE_BODY = shape("NewsletterUnsubscribe",
    mailhash=need(secret(TEXT)), key=need(secret(TEXT)),
)

REMOTE = "echoes the caller's own address, which moves with every run"
VOLATILE = "a live picture without a key: history would be noise"

OPERATIONS = (
    load("/country", "countries", COUNTRY, "reference", "One row per country.", key="id", paged=True, group="reference"),
    load("/currency", "currencies", CURRENCY, "current", "One row per currency, with its rate of the moment.", key="id", group="reference", observe=("conversionRateToEuro",)),
    load("/operatingsystem", "operating_systems", OPERATING_SYSTEM, "reference", "One row per operating system on offer.", key="id", group="reference"),
    load("/jobs", "jobs", JOB, "reference", "One row per vacancy at the provider.", key="id", group="reference"),
    get("/jobs/{jobId}", "get_job", JOB, "repeats its list", answer="one", rereads="jobs", group="reference"),
    load("/pingsite", "ping_sites", PING_SITE, "reference", "One row per location and host that answers pings.", key=("dcLocationId", "hostname"), paged=True, group="reference"),
    load("/pingsite/detail", "ping_site_details", PING_SITE_DETAIL, "reference", "One row per location, with its beacons.", key="dcLocationId", paged=True, group="reference"),
    load("/pingsite/latency", "ping_site_latency", PING_SITE_LATENCY_MODEL, "current", "The latency map of the moment: one row.", group="probes", reason=VOLATILE),
    load("/dashboard/service", "dashboard_services", SERVICE, "current", "One row per kind of service, with the provider's own count.", key="id", observe=("amount",)),
    load("/dashboard/status", "dashboard_status", ONLINE_STATUS, "current", "One row per overall status of the provider, its groups inside.", key="row_id", hashed=("groups",)),
    load("/health", "health", HEALTH, "current", "The provider's word on its own health: one row.", answer="one", group="probes", reason="says how the API is now, not what the account holds"),
    load("/user/getUserRemoteInfo", "remote_information", USER_REMOTE_INFORMATION, "current", "How the API sees the caller: one row.", answer="one", group="probes", reason=REMOTE),
    load("/internalServices/heatmapData", "heat_map", CDN_USER_FEATURES_MODEL, "current", "The density of end users as GeoJSON: one row.", group="probes", reason=VOLATILE),
    post("/jobs/{jobId}/solicit", "create_job_application", None, 5, answer="one"),
    post("/jobs/{jobId}/solicit/{solicitId}/files", "upload_job_application_file", None, 5, answer="one", multipart=True),
    post("/newsletter/optin", "subscribe_newsletter", NEWSLETTER_OPT_IN_BODY, 5, answer="empty"),
    post("/newsletter/confirm", "confirm_newsletter", NEWSLETTER_CONFIRM_BODY, 5, answer="empty"),
    post("/newsletter/unsubscribe", "unsubscribe_newsletter", NEWSLETTER_UNSUBSCRIBE_BODY, 5, answer="empty"),
)
