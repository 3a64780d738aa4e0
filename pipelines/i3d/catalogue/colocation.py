"""Racks: contracts, meters, traffic graphs, alerts, visitors.

Data only.
"""

from pipelines.i3d.catalogue.account import ACCOUNT_DOCUMENT
from pipelines.i3d.catalogue.billing import INVOICE, SETTLED
from pipelines.i3d.operation import delete, get, load, post, put
from pipelines.i3d.shape import (
    BOOLEAN,
    BYTES_AS_TEXT,
    CENTS,
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
    shape,
    upto,
)

DATACENTER_ADDRESS = shape("DatacenterAddress",
    name=TEXT, address=TEXT, zipCode=TEXT, city=TEXT, country=TEXT,
)
DATACENTER_CONTACT = shape("DatacenterContact",
    phoneNumber=business(TEXT), emergencyPhoneNumber=business(TEXT), faxNumber=business(TEXT), emailAddress=business(TEXT),
)
WIFI_CREDENTIAL = shape("WifiCredential", ("userName", "password",),
    networkName=business(TEXT),
)
DATACENTER = shape("DataCenter",
    address=obj(DATACENTER_ADDRESS), contact=obj(DATACENTER_CONTACT), wifi=obj(WIFI_CREDENTIAL),
)
COLOCATED_RACK = shape("ColocatedRack",
    rack=business(TEXT), rentedUnits=INTEGER,
)
POWER_CONSUMPTION_PER_DAY = shape("PowerConsumptionPerDay",
    date=TEXT, powerMeter=TEXT, powerUsed=TEXT,
)
RDNS = shape("RDns",
    hostname=business(TEXT), ip=business(TEXT),
)
IP_RANGE_CIDR = shape("IpRangeCidr",
    network=business(TEXT), netmask=business(TEXT), prefix=business(TEXT), gateway=business(TEXT), vrrp1=business(TEXT),
    vrrp2=business(TEXT), rDns=many(RDNS),
)
IP_RANGE_CUSTOM = shape("IpRangeCustom",
    networkStart=business(TEXT), networkEnd=business(TEXT), gateway=business(TEXT), vrrp1=business(TEXT), vrrp2=business(TEXT),
    rDns=many(RDNS),
)
NETWORK = shape("Network",
    vlanId=business(ID), ipRange=many(IP_RANGE_CIDR), ipRangeCustom=many(IP_RANGE_CUSTOM),
)
COLOCATED_SERVER_UPLINK = shape("ColocatedServerUplink",
    uplinkId=ID, aggregate=BOOLEAN,
)
COLOCATED_SERVER = shape("ColocatedServer",
    id=ID, name=TEXT, datacenter=obj(DATACENTER), rack=obj(COLOCATED_RACK), dateStart=business(TEXT), dateEnd=business(TEXT),
    dateCancelled=business(TEXT), dateEndContract=business(TEXT), contractPeriod=business(INTEGER),
    extendPeriod=business(INTEGER), cancellationPeriod=business(INTEGER), purchaseOrder=business(TEXT),
    paymentTerm=business(INTEGER), pricePerMonth=CENTS, pricePerTbOveruse=CENTS, currencyId=ID, bandwidthBillingType=INTEGER,
    bandwidthContractual=business(INTEGER), trafficSum=INTEGER, trafficSumMonthMbit=INTEGER, outgoingTrafficSum=INTEGER,
    incomingTrafficSum=INTEGER, powerMaxAmpere=business(TEXT), powerKwhPrice=CENTS, powerMeter=INTEGER,
    powerSumHistory=many(POWER_CONSUMPTION_PER_DAY), network=many(NETWORK), uplinks=many(COLOCATED_SERVER_UPLINK),
    unlimitedIngress=INTEGER,
)
CONDUIT = shape("Conduit",
    conduitName=TEXT, powerMeter=INTEGER, amperage=NUMBER, peakAmperage=NUMBER,
)
PDU = shape("Pdu",
    id=ID, name=TEXT, serial=business(TEXT), updatedAt=UNIX, inputFeedType=TEXT, outlets=INTEGER, phases=INTEGER,
    powerMeter=INTEGER, powerFactor=NUMBER, amperage=NUMBER, peakAmperage=NUMBER, voltage=NUMBER, minVoltage=NUMBER,
    conduits=many(CONDUIT),
)
TRAFFIC_USAGE_DATA = shape("TrafficUsageData",
    timestamp=UNIX, ingress=BYTES_AS_TEXT, egress=BYTES_AS_TEXT, sum=BYTES_AS_TEXT,
)
TRAFFIC_USAGE = shape("TrafficUsage",
    unit=TEXT, data=many(TRAFFIC_USAGE_DATA),
)
COLOCATED_ALERT = shape("ColocatedAlert",
    id=ID, percentage=INTEGER, sendMail=INTEGER, sendTicket=INTEGER, triggered=UNIX, createdAt=UNIX,
)
COLOCATED_ACCESS_SERVER = shape("ColocatedAccessServer",
    coloserverId=business(ID), rackname=business(TEXT),
)
COLOCATED_ACCESS_DETAILS = shape("ColocatedAccessDetails",
    id=ID, visitorId=personal(ID), datacenterId=ID, dateverified=personal(TEXT), dateonlist=personal(TEXT),
    dateofflist=personal(TEXT), email=personal(TEXT), mobile=personal(TEXT), firstName=personal(TEXT), lastName=personal(TEXT),
    birthDate=personal(TEXT), companyName=business(TEXT), city=personal(TEXT), countryEn=personal(TEXT),
    colocatedAccessServers=many(COLOCATED_ACCESS_SERVER), adminNotesReadOnly=personal(TEXT),
    accountDocument=many(ACCOUNT_DOCUMENT), checked=personal(TEXT), createdBy=personal(INTEGER), newEntry=personal(INTEGER),
    temporaryAccess=personal(INTEGER), fingerPrintId=personal(ID), printMade=personal(TEXT), visitRequester=personal(INTEGER),
    permanentRequester=personal(INTEGER), syntegroEmployeeCode=personal(TEXT), status=personal(TEXT),
)
ACCESS_DOCUMENT = shape("AccessDocument",
    id=ID, documentType=personal(INTEGER), documentNumber=personal(TEXT), documentExpiration=personal(TEXT),
)
QUOTE_COLOCATION_BODY = shape("QuoteColocation",
    firstName=need(personal(TEXT), 2, 64), lastName=need(personal(TEXT), 2, 128), companyName=upto(business(TEXT), 120),
    email=need(personal(TEXT), None, 128), phone=need(personal(TEXT), 5, 15), rack=need(business(TEXT)),
    location=need(business(TEXT)), remarks=need(business(TEXT)),
)
COLOCATED_SERVER_BODY = shape("ColocatedServer",
    name=TEXT, purchaseOrder=business(TEXT),
)
COLOCATED_ALERT_BODY = shape("ColocatedAlert",
    percentage=need(INTEGER), sendMail=need(INTEGER), sendTicket=need(INTEGER),
)
RDNS_BODY = shape("RDns",
    hostname=need(business(TEXT)),
)
COLOCATED_ACCESS_SERVER_BODY = shape("ColocatedAccessServer",
    coloserverId=need(business(ID)), rackname=need(business(TEXT)),
)
COLOCATED_ACCESS_BODY = shape("ColocatedAccess",
    visitorId=personal(ID), email=need(personal(TEXT)), mobile=need(personal(TEXT)), firstName=need(personal(TEXT)),
    lastName=need(personal(TEXT)), birthDate=need(personal(TEXT)), companyName=need(business(TEXT)),
    colocatedAccessServer=many(COLOCATED_ACCESS_SERVER_BODY), temporaryAccess=personal(INTEGER),
    visitRequester=personal(INTEGER), permanentRequester=personal(INTEGER),
)
ACCESS_DOCUMENT_BODY = shape("AccessDocument",
    documentType=need(personal(INTEGER)), documentNumber=need(personal(TEXT)), documentExpiration=need(personal(TEXT)),
)

CONTRACT = (
    "pricePerMonth", "pricePerTbOveruse", "powerKwhPrice", "powerMaxAmpere", "currencyId", "bandwidthBillingType",
    "bandwidthContractual", "unlimitedIngress", "contractPeriod", "extendPeriod", "cancellationPeriod", "paymentTerm",
    "purchaseOrder", "dateStart", "dateEndContract", "dateCancelled",
)
LIVE = ("powerMeter", "trafficSum", "trafficSumMonthMbit", "incomingTrafficSum", "outgoingTrafficSum")
METERS = ("powerMeter", "powerFactor", "amperage", "peakAmperage", "voltage", "minVoltage", "updatedAt", "conduits")
UPLINKS = {"colocationId": "colocations.id", "upLinkId": "colocations.uplinks.uplinkId"}
BY_COLOCATION = {"colocationId": "colocations.id"}
PICTURES = "pictures of numbers that uplink_traffic holds"

OPERATIONS = (
    load("/colocation", "colocations", COLOCATED_SERVER, "entity", "One row per rented rack or rack unit.", key="id", observe=LIVE, history=CONTRACT, paged=True),
    get("/colocation/{colocationId}", "get_colocation", COLOCATED_SERVER, "repeats its list", answer="one", rereads="colocations"),
    load("/colocation/{colocationId}/invoice", "colocation_invoices", INVOICE, "document", "One row per colocation and invoice that charges it.", key=("colocationId", "id"), each=BY_COLOCATION, newest="creationDate", open_unless=SETTLED, paged=True, group="billing"),
    load("/colocation/{colocationId}/pdu", "pdus", PDU, "entity", "One row per colocation and power distribution unit.", key=("colocationId", "id"), each=BY_COLOCATION, observe=METERS),
    load("/colocation/{colocationId}/alert", "colocation_alerts", COLOCATED_ALERT, "entity", "One row per bandwidth alert.", key=("colocationId", "id"), each=BY_COLOCATION),
    load("/colocation/{colocationId}/network/usage/{upLinkId}/graph/year", "uplink_graphs_year", None, "file", "One row per uplink and picture of the year.", key=("colocationId", "uplinkId", "position"), each=UPLINKS, answer="files", group="documents", reason=PICTURES),
    load("/colocation/{colocationId}/network/usage/{upLinkId}/graph/month", "uplink_graphs_month", None, "file", "One row per uplink and picture of the month.", key=("colocationId", "uplinkId", "position"), each=UPLINKS, answer="files", group="documents", reason=PICTURES),
    load("/colocation/{colocationId}/network/usage/{upLinkId}/graph/week", "uplink_graphs_week", None, "file", "One row per uplink and picture of the week.", key=("colocationId", "uplinkId", "position"), each=UPLINKS, answer="files", group="documents", reason=PICTURES),
    load("/colocation/{colocationId}/network/usage/{upLinkId}/graph/day", "uplink_graphs_day", None, "file", "One row per uplink and picture of the day.", key=("colocationId", "uplinkId", "position"), each=UPLINKS, answer="files", group="documents", reason=PICTURES),
    load("/colocation/access", "colocation_access", COLOCATED_ACCESS_DETAILS, "entity", "One row per person and request to enter.", key="id", paged=True, query=("status",), also=({"status": "revoked"},)),
    get("/colocation/access/{accessId}", "get_colocation_visitor", COLOCATED_ACCESS_DETAILS, "repeats its list", answer="one", rereads="colocation_access"),
    load("/colocation/access/{accessId}/document", "colocation_access_documents", ACCESS_DOCUMENT, "entity", "One row per person and identity document.", key=("accessId", "id"), each={"accessId": "colocation_access.id"}),
    get("/colocation/access/{accessId}/document/{documentId}", "get_colocation_access_document", ACCESS_DOCUMENT, "repeats its list", answer="one", rereads="colocation_access_documents"),
    post("/colocation/quote", "request_colocation_quote", QUOTE_COLOCATION_BODY, 4, answer="empty"),
    put("/colocation/{colocationId}", "update_colocation", COLOCATED_SERVER_BODY, 2, reloads=("colocations",)),
    post("/colocation/{colocationId}/alert", "create_colocation_alert", COLOCATED_ALERT_BODY, 1, reloads=("colocation_alerts",)),
    put("/colocation/{colocationId}/alert/{colocationAlertId}", "update_colocation_alert", COLOCATED_ALERT_BODY, 1, reloads=("colocation_alerts",)),
    delete("/colocation/{colocationId}/alert/{colocationAlertId}", "delete_colocation_alert", 2, answer="empty", reloads=("colocation_alerts",)),
    put("/colocation/{colocationId}/cancel", "cancel_colocation", None, 4, answer="empty", reloads=("colocations",)),
    put("/colocation/{colocationId}/cancel/revert", "revert_colocation_cancellation", None, 4, answer="empty", reloads=("colocations",)),
    put("/colocation/{colocationId}/network/rdns/{ipAddress}", "set_reverse_dns", RDNS_BODY, 2, answer="empty", reloads=("colocations",)),
    post("/colocation/access", "create_colocation_access", COLOCATED_ACCESS_BODY, 4, reloads=("colocation_access",)),
    put("/colocation/access/{accessId}", "update_colocation_access", COLOCATED_ACCESS_BODY, 4, reloads=("colocation_access",)),
    delete("/colocation/access/{accessId}", "delete_colocation_access", 4, answer="empty", reloads=("colocation_access",)),
    put("/colocation/access/{accessId}/revoke", "revoke_colocation_access", None, 3, answer="empty", reloads=("colocation_access",)),
    put("/colocation/access/{accessId}/reactivate", "reactivate_colocation_access", None, 4, answer="empty", reloads=("colocation_access",)),
    post("/colocation/access/{accessId}/document", "create_access_document", ACCESS_DOCUMENT_BODY, 3, reloads=("colocation_access_documents",)),
    put("/colocation/access/{accessId}/document/{documentId}", "update_access_document", ACCESS_DOCUMENT_BODY, 3, reloads=("colocation_access_documents",)),
    delete("/colocation/access/{accessId}/document/{documentId}", "delete_access_document", 3, answer="empty", reloads=("colocation_access_documents",)),
)
