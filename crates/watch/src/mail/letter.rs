//! A message as it travels.

use std::time::{Duration, SystemTime};

use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message, MultiPart};
use store::accounts::message::QueuedMessage;

/// Writes a message out. It comes out the same at each attempt, but for the boundary between its parts.
///
/// # Errors
/// If its recipient is no address, which is looked at before anything is queued.
pub(crate) fn write(queued: &QueuedMessage, from: &Mailbox) -> Result<Message, String> {
    let message = &queued.message;
    let recipient: Mailbox =
        message.recipient.parse().map_err(|error| format!("{}: {error}", message.recipient))?;
    let mut letter = Message::builder()
        .from(from.clone())
        .to(recipient)
        .subject(one_line(&message.subject))
        .message_id(Some(message.message_id.clone()))
        // No machine should answer, and no holiday message either.
        .raw_header(header("Auto-Submitted", "auto-generated".to_owned()))
        .raw_header(header("X-Auto-Response-Suppress", "All".to_owned()));
    if let Some(created_at) = queued.created_at {
        let since = u64::try_from(created_at.as_millisecond()).unwrap_or_default();
        letter = letter.date(SystemTime::UNIX_EPOCH + Duration::from_millis(since));
    }
    if let Some(thread) = &message.thread {
        letter = letter.in_reply_to(thread.clone()).references(thread.clone());
    }
    if let Some(address) = &message.unsubscribe {
        letter = letter
            .raw_header(header("List-Unsubscribe", format!("<{address}>")))
            .raw_header(header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".to_owned()));
    }
    letter
        .multipart(MultiPart::alternative_plain_html(message.text.clone(), message.html.clone()))
        .map_err(|error| error.to_string())
}

/// A header of plain text of ours. It is not folded or encoded: addresses have to stay whole.
fn header(name: &'static str, value: String) -> HeaderValue {
    let value = one_line(&value);
    HeaderValue::dangerous_new_pre_encoded(
        HeaderName::new_from_ascii_str(name),
        value.clone(),
        value,
    )
}

/// Without line ends, which would begin another header.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use store::accounts::message::{MessageKind, NewMessage};

    use super::*;

    fn queued(subject: &str) -> QueuedMessage {
        QueuedMessage {
            id: 1,
            attempts: 0,
            created_at: Some(Timestamp::UNIX_EPOCH),
            message: NewMessage {
                account: Some(1),
                kind: MessageKind::Alert,
                message_id: "<1@griffier.nl>".into(),
                thread: Some("<dossier-36576@griffier.nl>".into()),
                unsubscribe: Some(format!("https://griffier.nl/uitschrijven/1/{}", "a".repeat(64))),
                recipient: "jan@voorbeeld.nl".into(),
                subject: subject.into(),
                text: "Tekst.\r\n.\r\nMAIL FROM:<x@y.nl>".into(),
                html: "<p>Tekst.</p>".into(),
                expires_at: None,
            },
        }
    }

    fn lines(subject: &str) -> Vec<String> {
        let from = "Griffier <griffier@griffier.nl>".parse().unwrap();
        let letter = write(&queued(subject), &from).unwrap();
        let text = String::from_utf8(letter.formatted()).unwrap();
        text.lines().map(str::to_owned).collect()
    }

    #[test]
    fn a_message_says_what_mail_programs_need_to_know() {
        let lines = lines("Nieuw: brief");
        for wanted in [
            "From: Griffier <griffier@griffier.nl>",
            "To: jan@voorbeeld.nl",
            "Subject: Nieuw: brief",
            "Message-ID: <1@griffier.nl>",
            "In-Reply-To: <dossier-36576@griffier.nl>",
            "References: <dossier-36576@griffier.nl>",
            "Auto-Submitted: auto-generated",
            "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
            "Date: Thu, 01 Jan 1970 00:00:00 +0000",
        ] {
            assert!(lines.iter().any(|line| line == wanted), "{wanted} in {lines:#?}");
        }
        let unsubscribe =
            format!("List-Unsubscribe: <https://griffier.nl/uitschrijven/1/{}>", "a".repeat(64));
        assert!(lines.contains(&unsubscribe), "{lines:#?}");
    }

    #[test]
    fn no_text_from_outside_begins_a_header() {
        let lines = lines("Brief\r\nBcc: piet@voorbeeld.nl\r\n\r\nKoop nu");
        assert!(!lines.iter().any(|line| line.starts_with("Bcc:") || line.starts_with("Koop")));
        assert!(lines.iter().any(|line| line.starts_with("Subject: Brief")), "{lines:#?}");
    }
}
