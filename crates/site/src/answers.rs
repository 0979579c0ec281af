//! Written questions beside their answers, where a text pairs them without doubt.

use content::{Content, exchanges};
use store::Reader;
use store::read::DocumentLine;
use store::read::document::comparable;

use crate::marks::Marks;
use crate::{PageError, prose, references};

/// Questions with their answer, ready to be shown.
pub(crate) struct Answered {
    /// "Vraag 1", "Vragen 2 en 3".
    pub(crate) label: String,
    /// The questions, as HTML.
    pub(crate) questions: String,
    /// The answer, as HTML.
    pub(crate) answer: String,
}

/// The questions and answers in a document, and the document itself.
pub(crate) struct Answers {
    pub(crate) document: DocumentLine,
    pub(crate) exchanges: Vec<Answered>,
}

/// Whether a document answers written questions.
fn is_answer(document: &DocumentLine) -> bool {
    let soort = document.soort.as_deref().unwrap_or_default();
    soort.starts_with("Antwoord schriftelijke vragen")
}

/// The answers that these documents give, of the first that pairs them with the questions.
pub(crate) fn answers(
    reader: &Reader,
    documents: &[DocumentLine],
) -> Result<Option<Answers>, PageError> {
    for document in documents.iter().filter(|document| is_answer(document)) {
        let Some(nummer) = document.nummer.as_deref() else { continue };
        let Some((document, Some(packed))) = comparable(reader, nummer)? else { continue };
        let mut content = Content::unpack(&packed).map_err(PageError::internal)?;
        references::link_all(reader, &mut content, "")?;
        let Content::Prose(text) = &content else { continue };
        let html = |blocks: &[_]| prose::blocks_html(blocks, 4, &mut Marks::default());
        let found: Vec<Answered> = exchanges(text)
            .iter()
            .map(|exchange| Answered {
                label: label(&exchange.numbers),
                questions: html(&exchange.questions),
                answer: html(&exchange.answer),
            })
            .collect();
        if !found.is_empty() {
            return Ok(Some(Answers { document, exchanges: found }));
        }
    }
    Ok(None)
}

fn label(numbers: &[u32]) -> String {
    let numbers: Vec<String> = numbers.iter().map(u32::to_string).collect();
    match numbers.split_last() {
        Some((only, [])) => format!("Vraag {only}"),
        Some((last, others)) => format!("Vragen {} en {last}", others.join(", ")),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions_are_named_by_their_numbers() {
        assert_eq!(label(&[1]), "Vraag 1");
        assert_eq!(label(&[2, 3, 4]), "Vragen 2, 3 en 4");
    }
}
