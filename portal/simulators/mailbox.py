"""A simulated mail server with a page: `python -m portal.simulators.mailbox --port 8002 --page-port 8003`."""

import argparse
import uuid
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from html import escape
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from portal.simulators.book import Book, shown
from portal.simulators.page import Handler, Server, filter_form, page

SHOWN = 50
TITLE = "模拟邮箱·演示"


class Inbox:
    """Writes every mail that arrives into the book; nothing is ever forwarded."""

    def __init__(self, book: Book) -> None:
        self.book = book

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        """Take one mail; a second copy of a Message-ID is noted as a duplicate."""
        content = envelope.original_content or b""
        mail = message_from_bytes(content, _class=EmailMessage, policy=default)
        text = mail.get_body(preferencelist=("plain", "html"))
        message_id = str(mail["Message-ID"] or "")
        is_known = bool(message_id) and any(line.get("message_id") == message_id for line in self.book.lines)
        self.book.add(
            kind="duplicate" if is_known else "mail",
            id=uuid.uuid4().hex,
            message_id=message_id,
            sender=envelope.mail_from or "",
            to=list(envelope.rcpt_tos),
            subject=str(mail["Subject"] or ""),
            text=text.get_content() if text else "",
        )
        return "250 OK"


class MailboxHandler(Handler):
    """The page that lists the mails."""

    book: Book

    def do_GET(self) -> None:
        """The newest mails, or those to one address."""
        if self.url == "/":
            self.answer_page(mailbox_page(self.book, address=self.query("to"), refresh=self.query("refresh")))
        else:
            self.answer_json(404, {"error": "not-found"})


def mailbox_page(book: Book, *, address: str, refresh: str) -> str:
    """The mails, newest first."""
    lines = [line for line in reversed(book.lines) if line.get("kind") == "mail"]
    lines = [line for line in lines if any(address.lower() in one.lower() for one in line["to"])][:SHOWN]
    items = "".join(_item(line) for line in lines)
    form = filter_form(name="to", label="收件地址", value=address, is_refreshing=refresh != "off")
    note = '<p class="note">这里显示演示系统发出的邮件，不会发送到真实邮箱。</p>'
    main = form + note + (f"<ol>{items}</ol>" if items else "<p>还没有邮件。</p>")
    return page(title=TITLE, main=main, is_wide=True)


def _item(line: dict[str, Any]) -> str:
    return (
        f"<li><article><h2>{escape(line['subject'] or '（无主题）')}</h2>"
        f'<p class="note">收件人：{escape(", ".join(line["to"]))} · '
        f'<time datetime="{line["at"]}">{shown(line["at"])}</time></p>'
        f'<p class="body">{escape(line["text"])}</p></article></li>'
    )


def serve(*, port: int, book: Book) -> Server:
    """The page's server bound to the port on loopback, ready for serve_forever()."""
    return Server(("127.0.0.1", port), type("BoundHandler", (MailboxHandler,), {"book": book}))


def main() -> None:
    """Run until killed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8002)
    parser.add_argument("--page-port", type=int, default=8003)
    parser.add_argument("--book", type=Path, default=Path("var/mailbox/mails.jsonl"))
    given = parser.parse_args()
    book = Book(given.book)
    Controller(Inbox(book), hostname="127.0.0.1", port=given.port, ready_timeout=20).start()
    serve(port=given.page_port, book=book).serve_forever()


if __name__ == "__main__":
    main()
