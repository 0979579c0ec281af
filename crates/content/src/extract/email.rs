//! E-mail messages: who, when and what about, the text, and what is attached.

use mail_parser::{Address, MessageParser, MimeHeaders};

use crate::extract::archive::{self, add};
use crate::extract::{ExtractError, Within, html, text};
use crate::prose::{Block, Inline, Prose};

/// The most attachments that are read.
const MAX_ATTACHMENTS: usize = 50;

/// Reads a message.
pub(super) fn read(bytes: &[u8], within: &mut Within) -> Result<Prose, ExtractError> {
    if within.depth >= archive::MAX_DEPTH {
        return Err(ExtractError::TooLarge("messages nested too deep".into()));
    }
    let message = MessageParser::default()
        .parse(bytes)
        .ok_or_else(|| ExtractError::Damaged("e-mail: there is no message in it".into()))?;
    let mut prose = Prose::default();
    if let Some(subject) = message.subject() {
        let content = vec![Inline::Text(subject.to_owned())];
        prose.blocks.push(Block::Heading { level: 1, content });
    }
    let fields = [
        ("Van", message.from().map(people)),
        ("Aan", message.to().map(people)),
        ("Cc", message.cc().map(people)),
        ("Datum", message.date().map(|date| date.to_rfc3339())),
    ];
    for (name, value) in fields {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            let name = Inline::Strong(vec![Inline::Text(format!("{name}:"))]);
            prose.blocks.push(Block::Paragraph(vec![name, Inline::Text(format!(" {value}"))]));
        }
    }
    let body = match (message.body_text(0), message.body_html(0)) {
        // Of the two forms of a message the one with markup says more.
        (_, Some(markup)) if message.html_body_count() > 0 => html::read(markup.as_bytes())?,
        (Some(plain), _) => text::read(plain.as_bytes()),
        _ => Prose::default(),
    };
    prose.blocks.extend(body.blocks);
    for attachment in message.attachments().take(MAX_ATTACHMENTS) {
        let name = attachment.attachment_name().unwrap_or("bijlage");
        add(&mut prose, name, attachment.contents(), within);
    }
    Ok(prose)
}

fn people(address: &Address<'_>) -> String {
    let people = address.iter().filter_map(|one| one.name().or_else(|| one.address()));
    people.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_with_an_attachment() {
        let prose = read(
            b"From: \"Griffie\" <g@example.nl>\r\nTo: l@example.nl\r\nSubject: =?utf-8?q?Be=C3=ABdiging?=\r\n\
              Date: Wed, 2 Jul 2025 12:00:00 +0200\r\nMIME-Version: 1.0\r\n\
              Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: text/html\r\n\r\n\
              <p>Geachte leden,<script>alert(1)</script></p><img src=https://x.nl/a.png>\r\n--x\r\n\
              Content-Type: text/plain; name=nota.txt\r\nContent-Disposition: attachment; \
              filename=nota.txt\r\nContent-Transfer-Encoding: base64\r\n\r\nRGUgbm90YS4=\r\n--x--\r\n",
            &mut Within { depth: 0, left: 1 << 20 },
        )
        .unwrap();
        assert_eq!(
            prose.plain_text(),
            "Be\u{eb}diging\nVan: Griffie\nAan: l@example.nl\nDatum: 2025-07-02T12:00:00+02:00\n\
             Geachte leden,\nnota.txt\nDe nota.\n"
        );
    }
}
