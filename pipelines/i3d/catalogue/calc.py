"""The price catalogue and the shopping cart.

Data only.
"""

from pipelines.i3d.operation import delete, load, post, put
from pipelines.i3d.shape import (
    BOOLEAN,
    CENTS_INTEGER,
    ID,
    INTEGER,
    NUMBER,
    TEXT,
    UNIX,
    business,
    many,
    need,
    personal,
    shape,
    upto,
)

CALC_SERVICE_VAT_PERCENTAGE = shape("CalcServiceVatPercentage",
    taxPercent=business(NUMBER),
)
CALC_CATEGORY_MARGINS = shape("CalcCategoryMargins",
    resellerTypeId=business(ID), resellerTypeName=business(TEXT), categoryId=ID, marginFactor=business(NUMBER),
)
CALC_CATEGORY = shape("CalcCategory",
    id=ID, name=TEXT,
)
CALC_ITEM_SPECIFICATION = shape("CalcItemSpecification",
    id=ID, name=TEXT, value=TEXT, dataType=TEXT, mandatory=INTEGER,
)
CALC_ITEM = shape("CalcItem",
    id=ID, code=TEXT, name=TEXT, shortName=TEXT, ident=TEXT, quantity=INTEGER, specifications=many(CALC_ITEM_SPECIFICATION),
    flags=INTEGER, price=CENTS_INTEGER, setupPrice=CENTS_INTEGER, priceLinkGroupId=ID, priceLinkPercentage=business(NUMBER),
    displayOrder=INTEGER, excludeConfigs=many(ID), excludeLocationIds=many(ID),
)
CALC_GROUP = shape("CalcGroup",
    id=ID, name=TEXT, code=TEXT, type=TEXT, fixed=BOOLEAN, step=INTEGER, flags=INTEGER, noDowngrade=BOOLEAN,
    displayOrder=INTEGER, dependencyGroupId=ID, dependencyItemIds=many(ID), notes=TEXT, items=many(CALC_ITEM),
    defaultItemId=ID,
)
CALC_CONFIG = shape("CalcConfig",
    id=ID, tag=INTEGER, locationId=ID, price=CENTS_INTEGER, setup=CENTS_INTEGER, flags=INTEGER, bwPriceDedi=CENTS_INTEGER,
    bwPriceColo=CENTS_INTEGER, fixed=BOOLEAN, noDowngrade=BOOLEAN, instantDeliverable=BOOLEAN, groups=many(CALC_GROUP),
)
CALC_CATEGORY_LOCATION = shape("CalcCategoryLocation",
    categoryIds=many(ID), locationId=ID, countryName=TEXT, countryNameShort=TEXT, regionId=ID, regionName=TEXT, continent=TEXT,
    city=TEXT, locationBwPriceDedi=CENTS_INTEGER, locationBwOverusePriceDedi=CENTS_INTEGER, locationBwPriceColo=CENTS_INTEGER,
    locationBwOverusePriceColo=CENTS_INTEGER,
)
CALC_ORDER_META = shape("CalcOrderMeta",
    id=ID, finalized=BOOLEAN, instantDeliverable=BOOLEAN,
)
CALC_ORDER_ITEM = shape("CalcOrderItem",
    itemId=ID, groupId=ID, quantity=INTEGER,
)
CALC_ORDER = shape("CalcOrder",
    id=ID, finalized=BOOLEAN, createdAt=UNIX, modifiedAt=UNIX, quantity=business(INTEGER), title=business(TEXT), categoryId=ID,
    categoryName=TEXT, configTag=TEXT, configName=TEXT, configFlags=INTEGER, instantDeliverable=BOOLEAN, price=CENTS_INTEGER,
    setup=CENTS_INTEGER, vat=CENTS_INTEGER, vatPercentage=business(NUMBER), items=many(CALC_ORDER_ITEM),
)
CALC_ORDER_CREATE_BODY = shape("CalcOrderCreate",
    configTag=need(TEXT), couponTag=need(business(TEXT)), instantFinalize=need(BOOLEAN),
)
CALC_ORDER_QUOTE_BODY = shape("CalcOrderQuote",
    userId=personal(ID), firstName=need(personal(TEXT), 2, 64), lastName=need(personal(TEXT), 2, 128),
    companyName=upto(business(TEXT), 120), email=need(personal(TEXT), None, 128), phone=need(personal(TEXT), 5, 15),
    remarks=upto(business(TEXT), 4000),
)
CALC_ORDER_ITEM_BODY = shape("CalcOrderItem",
    itemId=need(ID), groupId=need(ID), quantity=need(INTEGER),
)
CALC_ORDER_UPDATE_BODY = shape("CalcOrderUpdate",
    quantity=need(INTEGER), items=need(many(CALC_ORDER_ITEM_BODY)),
)

CATEGORY = {"categoryName": "calc_categories.name"}

OPERATIONS = (
    load("/calc/categories", "calc_categories", CALC_CATEGORY, "reference", "One row per product category.", key="id", group="reference"),
    load("/calc/configs/{categoryName}", "calc_configs", CALC_CONFIG, "reference", "One row per category and configuration, its groups and items inside.", key=("categoryName", "id"), each=CATEGORY, group="reference"),
    load("/calc/items/{categoryName}", "calc_items", CALC_GROUP, "reference", "One row per category and group of items.", key=("categoryName", "id"), each=CATEGORY, group="reference"),
    load("/calc/locations", "calc_locations", CALC_CATEGORY_LOCATION, "reference", "One row per location where products are sold.", key="locationId", group="reference"),
    load("/calc/utilities/servicevatpercentage/{serviceName}", "calc_vat_percentages", CALC_SERVICE_VAT_PERCENTAGE, "reference", "One row per service name, with its VAT.", key="serviceName", each={"serviceName": "calc_categories.name"}, guessed=True, group="reference"),
    load("/calc/utilities/marginfactors/{categoryName}", "calc_margins", CALC_CATEGORY_MARGINS, "reference", "One row per category and kind of reseller.", key=("categoryName", "resellerTypeId"), each=CATEGORY, group="reference"),
    load("/calc/orders", "calc_orders", CALC_ORDER_META, "entity", "One row per order in the cart.", key="id"),
    load("/calc/orders/{orderId}", "calc_order_details", CALC_ORDER, "entity", "One row per order in the cart, with prices and items.", key="id", each={"orderId": "calc_orders.id"}, answer="one"),
    post("/calc/orders", "create_calc_order", CALC_ORDER_CREATE_BODY, 3, answer="one", reloads=("calc_orders", "calc_order_details")),
    post("/calc/orders/quote", "request_calc_quote", CALC_ORDER_QUOTE_BODY, 4, answer="empty"),
    put("/calc/orders/{orderId}", "update_calc_order", CALC_ORDER_UPDATE_BODY, 3, answer="one", reloads=("calc_order_details",)),
    delete("/calc/orders/{orderId}", "delete_calc_order", 2, answer="empty", reloads=("calc_orders", "calc_order_details")),
    put("/calc/orders/finalize/{orderId}", "finalize_calc_order", None, 4, answer="empty", reloads=("calc_orders", "calc_order_details")),
)
