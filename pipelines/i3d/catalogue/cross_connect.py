"""Cross connects: contracts, invoices, traffic graphs.

Data only.
"""

from pipelines.i3d.catalogue.billing import INVOICE, SETTLED
from pipelines.i3d.operation import get, load, put
from pipelines.i3d.shape import CENTS, ID, INTEGER, TEXT, business, many, shape

UP_LINK = shape("UpLink",
    side=TEXT, uplinkId=ID,
)
CROSS_CONNECT = shape("CrossConnect",
    id=ID, dateStart=business(TEXT), dateEnd=business(TEXT), dateCancelled=business(TEXT), dateEndContract=business(TEXT),
    contractPeriod=business(INTEGER), extendPeriod=business(INTEGER), cancellationPeriod=business(INTEGER),
    paymentTerm=business(INTEGER), purchaseOrder=business(TEXT), monthlyFee=CENTS, setupFee=CENTS, currencyId=ID,
    colocatedServerId=ID, hostId=ID, locationIdSideA=ID, locationIdSideAName=TEXT, locationIdSideZ=ID,
    locationIdSideZName=TEXT, locationDetails=business(TEXT), rackIdSideA=business(ID), rackIdSideAName=business(TEXT),
    rackIdSideZ=business(ID), rackIdSideZName=business(TEXT), goLiveDate=business(TEXT), internalId=business(ID),
    patchInternalName=business(TEXT), patchCustomerName=business(TEXT), thirdPartyId=business(ID), vendorId=business(ID),
    cableType=INTEGER, cableSpeed=INTEGER, connectorSideAType=INTEGER, connectorSideZType=INTEGER,
    diverseFromPatchId=business(ID), customerNotes=business(TEXT), uplinks=many(UP_LINK), connectivityType=TEXT,
    outgoingTrafficSum=INTEGER, incomingTrafficSum=INTEGER, bandwidthBillingType=INTEGER,
)
CROSS_CONNECT_BODY = shape("CrossConnect",
    purchaseOrder=business(TEXT), patchCustomerName=business(TEXT),
)

CONTRACT = (
    "monthlyFee", "setupFee", "currencyId", "bandwidthBillingType", "contractPeriod", "extendPeriod", "cancellationPeriod",
    "paymentTerm", "purchaseOrder", "dateStart", "dateEndContract", "dateCancelled",
)
LIVE = ("incomingTrafficSum", "outgoingTrafficSum")
UPLINKS = {"crossConnectId": "cross_connects.id", "upLinkId": "cross_connects.uplinks.uplinkId"}
PICTURES = "pictures of numbers that cross_connect_traffic holds"

OPERATIONS = (
    load("/crossConnect", "cross_connects", CROSS_CONNECT, "entity", "One row per cross connect.", key="id", observe=LIVE, history=CONTRACT, paged=True),
    get("/crossConnect/{crossConnectId}", "get_cross_connect", CROSS_CONNECT, "repeats its list", answer="one", rereads="cross_connects"),
    load("/crossConnect/{crossConnectId}/invoice", "cross_connect_invoices", INVOICE, "document", "One row per cross connect and invoice that charges it.", key=("crossConnectId", "id"), each={"crossConnectId": "cross_connects.id"}, newest="creationDate", open_unless=SETTLED, only_with="invoiceNumber", paged=True, group="billing"),
    load("/crossConnect/{crossConnectId}/network/usage/{upLinkId}/graph/year", "cross_connect_graphs_year", None, "file", "One row per uplink and picture of the year.", key=("crossConnectId", "uplinkId", "position"), each=UPLINKS, answer="files", group="documents", reason=PICTURES),
    load("/crossConnect/{crossConnectId}/network/usage/{upLinkId}/graph/month", "cross_connect_graphs_month", None, "file", "One row per uplink and picture of the month.", key=("crossConnectId", "uplinkId", "position"), each=UPLINKS, answer="files", group="documents", reason=PICTURES),
    load("/crossConnect/{crossConnectId}/network/usage/{upLinkId}/graph/week", "cross_connect_graphs_week", None, "file", "One row per uplink and picture of the week.", key=("crossConnectId", "uplinkId", "position"), each=UPLINKS, answer="files", group="documents", reason=PICTURES),
    load("/crossConnect/{crossConnectId}/network/usage/{upLinkId}/graph/day", "cross_connect_graphs_day", None, "file", "One row per uplink and picture of the day.", key=("crossConnectId", "uplinkId", "position"), each=UPLINKS, answer="files", group="documents", reason=PICTURES),
    put("/crossConnect/{crossConnectId}", "update_cross_connect", CROSS_CONNECT_BODY, 2, reloads=("cross_connects",)),
    put("/crossConnect/{crossConnectId}/cancel", "cancel_cross_connect", CROSS_CONNECT_BODY, 4, answer="empty", reloads=("cross_connects",)),
    put("/crossConnect/{crossConnectId}/cancel/revert", "revert_cross_connect_cancellation", CROSS_CONNECT_BODY, 4, reloads=("cross_connects",)),
)
