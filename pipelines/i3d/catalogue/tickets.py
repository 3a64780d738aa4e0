"""Tickets, their texts and attachments.

Data only.
"""

from pipelines.i3d.operation import delete, load, post, put
from pipelines.i3d.shape import ANY, ID, INTEGER, TEXT, UNIX, business, many, need, personal, shape, upto

TICKET_REPLY_ATTACHMENT = shape("TicketReplyAttachment",
    id=ID, name=business(TEXT), mime=TEXT, size=INTEGER, uploadedTime=UNIX,
)
TICKET_REPLY = shape("TicketReply",
    id=ID, title=business(TEXT), fullUserName=personal(TEXT), content=personal(TEXT), createdAt=UNIX, replyByI3d=INTEGER,
    attachments=many(TICKET_REPLY_ATTACHMENT),
)
TICKET = shape("Ticket", ("hash", "readHash",),
    id=ID, title=business(TEXT), categoryName=TEXT, priorityName=TEXT, createdAt=UNIX, updatedAt=UNIX,
    clientLastRepliedAt=UNIX, clientLastReadAt=UNIX, status=TEXT, numUserReplies=INTEGER, replies=many(TICKET_REPLY),
)
TICKET_NEW_BODY = shape("TicketNew",
    title=need(business(TEXT)), content=need(personal(TEXT)), category=need(TEXT), department=need(TEXT),
    emailCc=need(personal(TEXT)), emailTo=need(personal(TEXT)), attachmentIds=many(ID),
)
TICKET_NEW_CONTACT_BODY = shape("TicketNewContact",
    firstName=need(personal(TEXT), 2, 64), lastName=need(personal(TEXT), 2, 128), companyName=upto(business(TEXT), 120),
    email=need(personal(TEXT), None, 128), phone=need(personal(TEXT), 5, 15), title=need(business(TEXT), 2, 250),
    content=personal(TEXT), category=need(TEXT),
)
TICKET_NEW_REPLY_BODY = shape("TicketNewReply",
    title=need(business(TEXT)), content=need(personal(TEXT)), attachmentIds=many(ID),
)
TICKET_NEW_ATTACHMENT_BODY = shape("TicketNewAttachment",
    attachment=need(personal(ANY)),
)

CLOSED = ("status", ("closed", "Closed"))
MOVES = ("updatedAt", "numUserReplies", "status")
TEXTS = "reading a ticket may mark it as read for the customer, and its text is personal"

OPERATIONS = (
    load("/tickets", "tickets", TICKET, "document", "One row per ticket.", key="id", newest="createdAt", open_unless=CLOSED, paged=True),
    load("/tickets/openOrUnread", "open_tickets", TICKET, "current", "One row per ticket that is open or has something unread.", key="id", may_shrink=True, paged=True),
    load("/tickets/categories", "ticket_categories", None, "reference", "One row per category a ticket can have.", key="value", answer="strings", group="reference"),
    load("/tickets/{ticketId}", "ticket_texts", TICKET, "document", "One row per ticket, with its replies.", key="id", each={"ticketId": "tickets.id"}, answer="one", reread_on=MOVES, group="ticket_texts", reason=TEXTS),
    load("/tickets/{ticketId}/attachment/{attachmentId}", "ticket_attachments", None, "file", "One row per attachment: digest, size, path.", key=("ticketId", "attachmentId"), each={"ticketId": "ticket_texts.id", "attachmentId": "ticket_texts.replies.attachments.id"}, answer="file", group="documents", reason="bytes, not rows; finding them reads every ticket"),
    post("/tickets", "create_ticket", TICKET_NEW_BODY, 2, answer="one", reloads=("tickets", "open_tickets")),
    post("/tickets/contact", "contact_sales", TICKET_NEW_CONTACT_BODY, 5, answer="one"),
    post("/tickets/{ticketId}/reply", "reply_to_ticket", TICKET_NEW_REPLY_BODY, 2, answer="one", reloads=("tickets", "open_tickets")),
    post("/tickets/attachment", "upload_ticket_attachment", TICKET_NEW_ATTACHMENT_BODY, 2, answer="one", multipart=True),
    delete("/tickets/attachment/{attachmentId}", "delete_ticket_attachment", 2, answer="empty"),
    put("/tickets/{ticketId}/open", "open_ticket", None, 1, answer="empty", reloads=("tickets", "open_tickets")),
    put("/tickets/{ticketId}/close", "close_ticket", None, 2, answer="empty", reloads=("tickets", "open_tickets")),
)
