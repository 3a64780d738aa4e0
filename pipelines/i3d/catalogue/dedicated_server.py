"""Dedicated servers and the switch ports behind them.

Data only.
"""

from pipelines.i3d.operation import get, load, put
from pipelines.i3d.shape import BOOLEAN, CENTS, ID, INTEGER, NUMBER, TEXT, UNIX, business, many, need, obj, personal, shape

HOST_IP = shape("HostIP",
    ipAddress=business(TEXT), version=INTEGER, type=INTEGER, private=INTEGER, interface=INTEGER, macAddress=business(TEXT),
    rDns=business(TEXT), vlanId=business(ID), gateway=business(TEXT), netmask=business(TEXT), prefix=business(INTEGER),
)
HOST_CPU = shape("HostCpu",
    socket=INTEGER, cores=INTEGER, threads=INTEGER, info=TEXT, type=TEXT,
)
HOST_DISK = shape("HostDisk",
    diskType=TEXT, diskMedium=TEXT, model=TEXT, product=TEXT, diskSerial=business(TEXT), firmwareVersion=TEXT,
    rotationRate=INTEGER, sectorSizeLogical=INTEGER, sectorSizePhysical=INTEGER, size=INTEGER,
)
HOST_MEMORY = shape("HostMemory",
    brand=TEXT, model=TEXT, size=INTEGER, speed=INTEGER, ecc=INTEGER, memoryBank=INTEGER, memoryType=TEXT, memorySlot=TEXT,
    memorySerial=business(TEXT),
)
LABEL = shape("Label",
    key=TEXT, value=business(TEXT),
)
HOST_UPLINK = shape("HostUplink",
    uplinkId=ID, aggregate=BOOLEAN,
)
HOST = shape("Host",
    id=ID, userId=personal(ID), serverId=ID, serverName=TEXT, serverType=INTEGER, projectName=business(TEXT),
    clientServerName=business(TEXT), clientState=business(TEXT), liveHostName=business(TEXT), isVirtual=INTEGER, category=TEXT,
    osId=ID, locationId=ID, dcLocationId=ID, instanceType=TEXT, fleetId=ID, newFleetId=ID, fleetAssociatedSince=UNIX,
    rackName=business(TEXT), dateStart=business(TEXT), dateEnd=business(TEXT), dateCancelled=business(TEXT),
    dateEndContract=business(TEXT), contractPeriod=business(INTEGER), extendPeriod=business(INTEGER),
    cancellationPeriod=business(INTEGER), purchaseOrder=business(TEXT), paymentTerm=business(INTEGER), pricePerMonth=CENTS,
    pricePerTbOveruse=CENTS, currencyId=ID, bandwidthBillingType=INTEGER, bandwidthContractual=business(INTEGER),
    ipAddress=many(HOST_IP), brand=TEXT, model=TEXT, numCpu=INTEGER, cpuInfo=TEXT, cpuType=TEXT, cpuLoad=NUMBER,
    cpu=obj(HOST_CPU), memUsed=INTEGER, memMax=INTEGER, memFree=INTEGER, disk=many(HOST_DISK), memory=many(HOST_MEMORY),
    isReserve=INTEGER, labels=many(LABEL), serviceTag=business(TEXT), isODP=INTEGER, fmOrderId=business(ID),
    installStatus=TEXT, status=TEXT, uptime=INTEGER, trafficSum=INTEGER, uplinks=many(HOST_UPLINK),
    freeIncomingTraffic=BOOLEAN, outgoingTrafficSum=INTEGER, incomingTrafficSum=INTEGER,
)
HOST_SUMMARY = shape("HostSummary",
    id=ID, serverId=ID, serverName=TEXT, serverType=INTEGER, projectName=business(TEXT), clientServerName=business(TEXT),
    clientState=business(TEXT), liveHostName=business(TEXT), isVirtual=INTEGER, category=TEXT, osId=ID, locationId=ID,
    dcLocationId=ID, instanceType=TEXT, fleetId=ID, newFleetId=ID, fleetAssociatedSince=UNIX, rackName=business(TEXT),
    dateStart=business(TEXT), dateEnd=business(TEXT), dateCancelled=business(TEXT), dateEndContract=business(TEXT),
    contractPeriod=business(INTEGER), extendPeriod=business(INTEGER), cancellationPeriod=business(INTEGER),
    purchaseOrder=business(TEXT), paymentTerm=business(INTEGER), pricePerMonth=CENTS, pricePerTbOveruse=CENTS, currencyId=ID,
    bandwidthBillingType=INTEGER, bandwidthContractual=business(INTEGER), brand=TEXT, model=TEXT, isReserve=INTEGER,
    serviceTag=business(TEXT), isODP=INTEGER, fmOrderId=business(ID), installStatus=TEXT, status=TEXT, uptime=INTEGER,
    trafficSum=INTEGER, freeIncomingTraffic=BOOLEAN, outgoingTrafficSum=INTEGER, incomingTrafficSum=INTEGER,
)
LABEL_BODY = shape("Label",
    key=need(TEXT), value=need(business(TEXT)),
)
HOST_BODY = shape("Host",
    projectName=business(TEXT), clientServerName=business(TEXT), clientState=business(TEXT), labels=many(LABEL_BODY),
    uptime=INTEGER,
)
SWITCH_PORT_RATE_LIMIT_BODY = shape("SwitchPortRateLimit",
    serverId=need(ID), networkInterfaceId=need(ID), rateLimit=need(INTEGER),
)
SWITCH_PORT_SPEED_BODY = shape("SwitchPortSpeed",
    serverId=need(ID), networkInterfaceId=need(ID), portSpeed=need(INTEGER),
)
SWITCH_PORT_ADMIN_STATE_BODY = shape("SwitchPortAdminState",
    serverId=need(ID), networkInterfaceId=need(ID), state=need(INTEGER),
)

CONTRACT = (
    "pricePerMonth", "pricePerTbOveruse", "currencyId", "bandwidthBillingType", "bandwidthContractual", "contractPeriod",
    "extendPeriod", "cancellationPeriod", "paymentTerm", "purchaseOrder", "dateStart", "dateEndContract", "dateCancelled",
)
LIVE = ("cpuLoad", "memUsed", "memFree", "uptime", "status", "trafficSum", "incomingTrafficSum", "outgoingTrafficSum")

OPERATIONS = (
    load("/dedicatedServer", "dedicated_servers", HOST, "entity", "One row per dedicated server.", key="id", observe=LIVE, history=CONTRACT, paged=True, query=("labels",)),
    get("/dedicatedServer/summary", "get_dedicated_server_summaries", HOST_SUMMARY, "fewer fields of the same rows as dedicated_servers", paged=True, query=("fields",)),
    get("/dedicatedServer/{dedicatedServerId}", "get_dedicated_server", HOST, "repeats its list", answer="one", rereads="dedicated_servers"),
    put("/dedicatedServer/{dedicatedServerId}", "update_dedicated_server", HOST_BODY, 2, reloads=("dedicated_servers",)),
    put("/server/{serverId}/pxe/switchportratelimit", "set_switch_port_rate_limit", SWITCH_PORT_RATE_LIMIT_BODY, 3, answer="empty"),
    put("/server/{serverId}/pxe/switchportspeed", "set_switch_port_speed", SWITCH_PORT_SPEED_BODY, 3, answer="empty"),
    put("/server/{serverId}/pxe/switchportadminstate", "set_switch_port_state", SWITCH_PORT_ADMIN_STATE_BODY, 4, answer="empty"),
)
