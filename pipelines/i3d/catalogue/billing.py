"""Invoices, their lines, and what is left to pay.

Data only.
"""

from pipelines.i3d.operation import get, load, post
from pipelines.i3d.shape import CENTS, ID, INTEGER, TEXT, UNIX, business, many, need, obj, personal, shape

INVOICE = shape("Invoice", ("invoiceHash",),
    id=ID, creationDate=UNIX, dueDate=UNIX, invoiceNumber=business(TEXT), description=business(TEXT), currency=TEXT,
    currencySign=TEXT, amountIncVAT=CENTS, amountExclVAT=CENTS, paymentStatus=business(INTEGER), paymentDate=business(UNIX),
    isCredit=INTEGER, remainingAmount=CENTS, totalPaidAmount=CENTS,
)
INVOICE_ITEM = shape("InvoiceItem",
    orderId=business(ID), description=business(TEXT), periodFrom=TEXT, periodTo=TEXT, remarks=business(TEXT), quantity=INTEGER,
    setupCosts=CENTS, unitPrice=CENTS, vatPercentage=INTEGER, vatAmount=CENTS, amountIncVat=CENTS, amountExclVat=CENTS,
)
INVOICE_CLIENT_DETAILS = shape("InvoiceClientDetails",
    fullName=personal(TEXT), companyName=business(TEXT), email=personal(TEXT), address=personal(TEXT), zip=personal(TEXT),
    city=personal(TEXT), country=personal(TEXT), vatNumber=business(TEXT), iban=personal(TEXT), bic=personal(TEXT),
)
INVOICE_COMPANY_DETAILS = shape("InvoiceCompanyDetails",
    name=TEXT, address=TEXT, zip=TEXT, city=TEXT, country=TEXT, phone=TEXT, email=TEXT, url=TEXT, iban=business(TEXT),
    bic=business(TEXT),
)
INVOICE_DETAILS = shape("InvoiceDetails", ("invoiceHash",),
    id=ID, invoiceNumber=business(TEXT), clientNumber=business(TEXT), creationDate=TEXT, dueDate=TEXT,
    paymentStatus=business(INTEGER), paymentDate=business(UNIX), isCredit=INTEGER, paymentTerm=INTEGER, currency=TEXT,
    currencySign=TEXT, vatPercentage=INTEGER, vatAmount=CENTS, amountIncVat=CENTS, amountExclVat=CENTS,
    items=many(INVOICE_ITEM), clientDetails=obj(INVOICE_CLIENT_DETAILS), companyDetails=obj(INVOICE_COMPANY_DETAILS),
)
PAYMENT_METHOD_ISSUERS = shape("PaymentMethodIssuers",
    id=ID, name=TEXT,
)
PAYMENT_METHOD = shape("PaymentMethod",
    id=ID, name=TEXT, isSelectable=business(INTEGER), paymentProviderId=ID, issuers=many(PAYMENT_METHOD_ISSUERS),
)
PAY_PREPARE = shape("PayPrepare",
    totalAmount=CENTS, currency=TEXT, currencySign=TEXT, totalSelectedInvoiceForPay=business(INTEGER),
    totalSelectedCreditForSettle=business(INTEGER), accountCredit=CENTS, invoicesForPay=many(INVOICE),
    creditInvoices=many(INVOICE), paymentMethod=many(PAYMENT_METHOD),
)
PAYMENT_LANDING_RESPONSE = shape("PaymentLandingResponse",
    message=business(TEXT), status=business(TEXT), paymentMethod=business(TEXT), invoices=many(INVOICE),
)
PAY_REGISTER_BODY = shape("PayRegister",
    invoiceIds=need(business(TEXT)), paymentMethodId=need(business(ID)), issuerId=need(business(TEXT)),
)

SETTLED = ("remainingAmount", ("0", "0.0", "0.00"))
MOVES = ("amountIncVAT", "paymentStatus", "paymentDate", "remainingAmount", "totalPaidAmount")

OPERATIONS = (
    load("/account/invoice", "invoices", INVOICE, "document", "One row per invoice or credit note.", key="id", newest="creationDate", open_unless=SETTLED, paged=True, query=("filter",), group="billing"),
    load("/account/invoice/unpaid", "unpaid_invoices", INVOICE, "current", "One row per invoice that the provider counts as unpaid.", key="id", may_shrink=True, paged=True, query=("filter",), group="billing"),
    load("/account/invoice/{invoiceId}", "invoice_details", INVOICE_DETAILS, "document", "One row per invoice, with its lines and both parties.", key="id", each={"invoiceId": "invoices.id"}, answer="one", reread_on=MOVES, group="billing"),
    get("/account/invoice/number/{invoiceNumber}", "get_invoice_by_number", INVOICE_DETAILS, "the same answer as by id", answer="one", group="billing"),
    load("/account/invoice/{invoiceId}/pdf", "invoice_pdfs", None, "file", "One row per invoice document: digest, size, path.", key="invoiceId", each={"invoiceId": "invoices.id"}, answer="file", group="documents", reason="bytes, not rows"),
    load("/account/invoice/pay/prepare", "payment_preparation", PAY_PREPARE, "current", "What paying the open invoices would take: one row.", answer="list", query=("invoiceIds",), group="probes", reason="the first step of a payment, believed to be a mere read"),
    get("/account/invoice/pay/paymentLanding", "get_payment_landing", PAYMENT_LANDING_RESPONSE, "may finish a payment: only by hand, behind an unlock", answer="one", locked=True, group="billing"),
    post("/account/invoice/pay/register", "register_payment", PAY_REGISTER_BODY, 5, answer="one", reloads=("invoices", "unpaid_invoices"), group="billing"),
)
