"""Who the customer is: session, details, log, keys, whitelists, files, identity documents, SSH keys.

Data only.
"""

from pipelines.i3d.operation import delete, get, load, post, put
from pipelines.i3d.shape import ID, INTEGER, NUMBER, TEXT, UNIX, business, need, obj, personal, secret, shape

UNCONFIRMED_EMAIL = shape("UnconfirmedEmail",
    email=personal(TEXT), expiresAt=UNIX,
)
ACCOUNT_DETAILS = shape("AccountDetails",
    accountType=INTEGER, companyName=business(TEXT), vatNumber=business(TEXT), cocNumber=business(TEXT),
    firstName=personal(TEXT), lastName=personal(TEXT), address=personal(TEXT), streetNumber=personal(TEXT),
    zipCode=personal(TEXT), city=personal(TEXT), countryCode=personal(TEXT), emailAddress=personal(TEXT),
    unconfirmedEmail=obj(UNCONFIRMED_EMAIL), emailAddressValidated=INTEGER, phoneNumber=personal(TEXT),
    phoneNumberMobile=personal(TEXT), language=personal(INTEGER), emailAddressAbuse=personal(TEXT),
    newsletter=personal(INTEGER), agreeToc=INTEGER, agreeAup=INTEGER, agreeDpa=INTEGER, isAllowedFlexMetal=INTEGER,
)
ACCOUNT_BILLING_DETAILS = shape("AccountBillingDetails",
    firstName=personal(TEXT), lastName=personal(TEXT), address=personal(TEXT), streetNumber=personal(TEXT),
    zipCode=personal(TEXT), city=personal(TEXT), countryCode=personal(TEXT), phoneNumber=personal(TEXT),
    phoneNumberMobile=personal(TEXT), emailAddressBilling=personal(TEXT), bundleInvoicesOfSameCategory=INTEGER,
    receivePaymentConfirmationsViaEmail=INTEGER, preferredPaymentMethod=business(INTEGER),
)
SESSION_USER = shape("SessionUser",
    userId=personal(ID), userName=personal(TEXT), email=personal(TEXT), firstName=personal(TEXT), lastName=personal(TEXT),
    gender=personal(TEXT), phone=personal(TEXT), accessLevel=INTEGER, validateEmail=INTEGER, isTrialAccount=INTEGER,
    trialAccountExpirationDate=TEXT, requestIp=personal(TEXT), requestIpCountry=personal(TEXT),
    requestIpCountryCode=personal(TEXT), details=obj(ACCOUNT_DETAILS), billingDetails=obj(ACCOUNT_BILLING_DETAILS),
)
API_REQUEST = shape("APIRequest", ("header", "body",),
    url=business(TEXT), method=TEXT, queryParameter=business(TEXT), ipAddress=personal(TEXT), requestTimestamp=UNIX,
)
API_RESPONSE = shape("APIResponse", ("body",),
    responseTime=NUMBER, code=INTEGER,
)
API_LOG = shape("APILog",
    request=obj(API_REQUEST), response=obj(API_RESPONSE),
)
ACCOUNT_ACTION_LOG = shape("AccountActionLog",
    remoteIP=personal(TEXT), title=business(TEXT), description=personal(TEXT), date=TEXT, time=TEXT, timestamp=UNIX,
)
ACCOUNT_API_KEY = shape("AccountApiKey", ("key",),
    id=ID, category=INTEGER, note=business(TEXT), assignOdpServerIps=INTEGER, used=INTEGER, expiresAt=UNIX,
)
ACCOUNT_API_KEY_IP_WHITELIST = shape("AccountAPIKeyIPWhitelist",
    id=ID, ipStart=business(TEXT), ipEnd=business(TEXT), ipRange=business(TEXT), comments=business(TEXT), active=INTEGER,
    updatedAt=UNIX,
)
ACCOUNT_IP_WHITELIST = shape("AccountIPWhitelist",
    id=ID, ipStart=business(TEXT), ipEnd=business(TEXT), ipRange=business(TEXT), description=business(TEXT), active=INTEGER,
    createdAt=UNIX,
)
ACCOUNT_FILE = shape("AccountFile",
    id=ID, category=INTEGER, name=business(TEXT), filename=business(TEXT), type=TEXT, size=INTEGER, uploadedAt=UNIX,
)
ACCOUNT_DOCUMENT = shape("AccountDocument",
    id=ID, documentType=personal(INTEGER), documentNumber=personal(TEXT), documentExpiration=personal(TEXT),
)
SSH_KEY = shape("SshKey",
    uuid=ID, name=business(TEXT), publicKey=personal(TEXT), createdAt=UNIX,
)
SESSION_LOGIN_BODY = shape("SessionLogin",
    userName=need(personal(TEXT)), password=need(secret(TEXT)), rememberMe=INTEGER,
)
SESSION_LOGIN_OTP_BODY = shape("SessionLoginOtp",
    otp=need(secret(TEXT)),
)
ACCOUNT_SIGN_UP_BODY = shape("AccountSignUp",
    emailAddress=need(personal(TEXT)), password=need(secret(TEXT)), firstName=need(personal(TEXT)),
    lastName=need(personal(TEXT)), newsletter=need(INTEGER), agreeToc=need(INTEGER), agreeAup=need(INTEGER),
    agreeDpa=need(INTEGER),
)
PASSWORD_CHANGE_BODY = shape("PasswordChange",
    currentPassword=need(secret(TEXT)), newPassword=need(secret(TEXT)),
)
PASSWORD_RESET_BODY = shape("PasswordReset",
    emailAddress=need(personal(TEXT)),
)
PASSWORD_RESET_VALIDATE_BODY = shape("PasswordResetValidate",
    newPassword=need(secret(TEXT)), resetHash=need(secret(TEXT)),
)
EMAIL_CONFIRMATION_BODY = shape("EmailConfirmation",
    userId=need(personal(ID)), hash=need(secret(TEXT)),
)
EMAIL_CONFIRMATION_RESEND_BODY = shape("EmailConfirmationResend",
    email=need(personal(TEXT)),
)
ACCOUNT_DETAILS_BODY = shape("AccountDetails",
    accountType=need(INTEGER), companyName=business(TEXT), vatNumber=business(TEXT), cocNumber=business(TEXT),
    firstName=need(personal(TEXT)), lastName=need(personal(TEXT)), address=need(personal(TEXT)),
    streetNumber=need(personal(TEXT)), zipCode=need(personal(TEXT)), city=need(personal(TEXT)),
    countryCode=need(personal(TEXT)), phoneNumber=personal(TEXT), phoneNumberMobile=personal(TEXT),
    language=need(personal(INTEGER)), emailAddressAbuse=personal(TEXT), newsletter=personal(INTEGER), agreeToc=INTEGER,
    agreeAup=INTEGER, agreeDpa=need(INTEGER), isAllowedFlexMetal=need(INTEGER),
)
EMAIL_CHANGE_BODY = shape("EmailChange",
    emailAddress=need(personal(TEXT)), password=need(secret(TEXT)),
)
ACCOUNT_BILLING_DETAILS_BODY = shape("AccountBillingDetails",
    firstName=need(personal(TEXT)), lastName=need(personal(TEXT)), address=need(personal(TEXT)),
    streetNumber=need(personal(TEXT)), zipCode=need(personal(TEXT)), city=need(personal(TEXT)),
    countryCode=need(personal(TEXT)), phoneNumber=personal(TEXT), phoneNumberMobile=personal(TEXT),
    emailAddressBilling=personal(TEXT), bundleInvoicesOfSameCategory=need(INTEGER),
    receivePaymentConfirmationsViaEmail=need(INTEGER), preferredPaymentMethod=need(business(INTEGER)),
)
ACCOUNT_API_KEY_BODY = shape("AccountApiKey",
    category=need(INTEGER), note=business(TEXT), assignOdpServerIps=need(INTEGER), expiresAt=UNIX,
)
ACCOUNT_API_KEY_IP_WHITELIST_BODY = shape("AccountAPIKeyIPWhitelist",
    ipStart=business(TEXT), ipEnd=business(TEXT), ipRange=business(TEXT), comments=business(TEXT), active=need(INTEGER),
)
ACCOUNT_IP_WHITELIST_BODY = shape("AccountIPWhitelist",
    ipStart=business(TEXT), ipEnd=business(TEXT), ipRange=business(TEXT), description=business(TEXT), active=need(INTEGER),
)
ACCOUNT_DOCUMENT_BODY = shape("AccountDocument",
    documentType=need(personal(INTEGER)), documentNumber=need(personal(TEXT)), documentExpiration=need(personal(TEXT)),
)
SSH_KEY_BODY = shape("SshKey",
    name=need(business(TEXT)), publicKey=need(personal(TEXT)),
)

LOGGED = ("request.url", "request.method", "request.ipAddress", "request.requestTimestamp", "response.code", "response.responseTime")

OPERATIONS = (
    load("/session/user", "session_user", SESSION_USER, "current", "The user behind the key: one row.", key="userId", answer="one", group="account"),
    load("/account/details", "account_details", ACCOUNT_DETAILS, "current", "The account: one row.", answer="one", group="account"),
    load("/account/billing", "account_billing", ACCOUNT_BILLING_DETAILS, "current", "Where invoices go: one row.", answer="one", group="account"),
    load("/account/apiLog", "api_log", API_LOG, "log", "One row per call to the API, our own included.", key="row_id", hashed=LOGGED, newest="request.requestTimestamp", paged=True, group="account"),
    get("/account/apiLog/{requestType}", "get_api_log_by_method", API_LOG, "every row is in api_log, where the method is a column", paged=True, group="account"),
    load("/account/log", "account_log", ACCOUNT_ACTION_LOG, "log", "One row per action of a person in the portal.", key="row_id", hashed=("timestamp", "title", "description", "remoteIP"), newest="timestamp", paged=True, group="account"),
    load("/account/apiKey", "api_keys", ACCOUNT_API_KEY, "entity", "One row per API key, without the key.", key="id", observe=("used",), paged=True, group="account"),
    load("/account/apiKey/{apiKeyId}/whitelist", "api_key_whitelist", ACCOUNT_API_KEY_IP_WHITELIST, "entity", "One row per address range that may use a key.", key=("apiKeyId", "id"), each={"apiKeyId": "api_keys.id"}, paged=True, group="account"),
    load("/account/whitelist", "account_whitelist", ACCOUNT_IP_WHITELIST, "entity", "One row per address range that may log in.", key="id", paged=True, group="account"),
    load("/account/files", "account_files", ACCOUNT_FILE, "entity", "One row per file in the portal, without its bytes.", key="id", group="account"),
    load("/account/files/{fileId}/download", "account_file_downloads", None, "file", "One row per downloaded file: digest, size, path.", key="fileId", each={"fileId": "account_files.id"}, answer="file", group="documents", reason="bytes, not rows"),
    load("/account/document", "account_documents", ACCOUNT_DOCUMENT, "entity", "One row per identity document of the account holder.", key="id", group="account"),
    load("/sshKey", "ssh_keys", SSH_KEY, "entity", "One row per public SSH key.", key="uuid", group="account"),
    get("/sshKey/{uuid}", "get_ssh_key", SSH_KEY, "repeats its list", answer="one", rereads="ssh_keys", group="account"),
    post("/session/login", "log_in", SESSION_LOGIN_BODY, 5, answer="one", group="account"),
    post("/session/login/otp", "log_in_with_otp", SESSION_LOGIN_OTP_BODY, 5, answer="empty", group="account"),
    post("/session/logout", "log_out", None, 5, answer="empty", group="account"),
    post("/account/signUp", "sign_up", ACCOUNT_SIGN_UP_BODY, 5, group="account"),
    put("/account/password", "change_password", PASSWORD_CHANGE_BODY, 5, answer="empty", group="account"),
    post("/account/password/reset", "request_password_reset", PASSWORD_RESET_BODY, 5, answer="empty", group="account"),
    put("/account/password/reset/validate", "reset_password", PASSWORD_RESET_VALIDATE_BODY, 5, answer="empty", group="account"),
    put("/account/email/confirm", "confirm_email", EMAIL_CONFIRMATION_BODY, 5, answer="one", group="account"),
    post("/account/email/confirm/resend", "resend_email_confirmation", EMAIL_CONFIRMATION_RESEND_BODY, 5, answer="empty", group="account"),
    post("/account/email/confirm/resend/oauth", "resend_oauth_email_confirmation", EMAIL_CONFIRMATION_RESEND_BODY, 5, answer="empty", group="account"),
    put("/account/details", "update_account_details", ACCOUNT_DETAILS_BODY, 4, reloads=("account_details", "session_user"), group="account"),
    put("/account/email/change", "change_email", EMAIL_CHANGE_BODY, 5, answer="empty", reloads=("account_details",), group="account"),
    put("/account/billing", "update_account_billing", ACCOUNT_BILLING_DETAILS_BODY, 4, reloads=("account_billing", "session_user"), group="account"),
    post("/account/apiKey", "create_api_key", ACCOUNT_API_KEY_BODY, 5, reloads=("api_keys",), group="account"),
    put("/account/apiKey/{apiKeyId}", "update_api_key", ACCOUNT_API_KEY_BODY, 3, reloads=("api_keys",), group="account"),
    delete("/account/apiKey/{apiKeyId}", "delete_api_key", 4, answer="empty", reloads=("api_keys", "api_key_whitelist"), group="account"),
    post("/account/apiKey/{apiKeyId}/whitelist", "create_api_key_whitelist", ACCOUNT_API_KEY_IP_WHITELIST_BODY, 3, reloads=("api_key_whitelist",), group="account"),
    put("/account/apiKey/{apiKeyId}/whitelist/{apiKeyWhitelistId}", "update_api_key_whitelist", ACCOUNT_API_KEY_IP_WHITELIST_BODY, 3, reloads=("api_key_whitelist",), group="account"),
    delete("/account/apiKey/{apiKeyId}/whitelist/{apiKeyWhitelistId}", "delete_api_key_whitelist", 3, answer="empty", reloads=("api_key_whitelist",), group="account"),
    post("/account/whitelist", "create_account_whitelist", ACCOUNT_IP_WHITELIST_BODY, 4, reloads=("account_whitelist",), group="account"),
    put("/account/whitelist/{whitelistId}", "update_account_whitelist", ACCOUNT_IP_WHITELIST_BODY, 4, reloads=("account_whitelist",), group="account"),
    delete("/account/whitelist/{whitelistId}", "delete_account_whitelist", 4, answer="empty", reloads=("account_whitelist",), group="account"),
    post("/account/whitelist/check", "check_account_whitelist", None, 0, answer="empty", group="account"),
    post("/account/document", "create_account_document", ACCOUNT_DOCUMENT_BODY, 3, reloads=("account_documents",), group="account"),
    delete("/account/document/{documentId}", "delete_account_document", 3, answer="empty", reloads=("account_documents",), group="account"),
    post("/sshKey", "create_ssh_key", SSH_KEY_BODY, 3, reloads=("ssh_keys",), group="account"),
    delete("/sshKey/{uuid}", "delete_ssh_key", 2, answer="empty", reloads=("ssh_keys",), group="account"),
)
