//! `/document/{nummer}/vergelijk?met={ander nummer}`: what changed from the other to this one; with
//! `?versie={hash}`, from an earlier version of its own file.

use askama::Template;
use axum::extract::{Path, Query, State};
use content::Content;
use content::difference::{Change, Line, Piece, difference};
use content::prose::Prose;
use model::address;
use serde::Deserialize;
use store::read::DocumentLine;
use store::read::document::{comparable, versions};
use store::read::history::FileVersion;

use super::{Answer, missing, render};
use crate::layout::Page;
use crate::prose::escape_into;
use crate::{PageError, SharedSite, format};

/// So many equal paragraphs around a change are shown; more are folded away.
const AROUND: usize = 2;

#[derive(Template)]
#[template(path = "vergelijk.html")]
struct Shown {
    page: Page,
    old: Old,
    new: DocumentLine,
    /// What differs, as HTML; `None` if a text is missing.
    html: Option<String>,
    /// Whether nothing differs.
    is_equal: bool,
}

/// What a document is compared with.
enum Old {
    Document(DocumentLine),
    /// An earlier version of its own file.
    Version(FileVersion),
}

#[derive(Deserialize)]
pub(crate) struct Asked {
    /// The number of another document.
    met: Option<String>,
    /// The hash of an earlier version of the document's own file.
    versie: Option<String>,
}

pub(crate) async fn show(
    State(site): State<SharedSite>,
    Path(nummer): Path<String>,
    Query(asked): Query<Asked>,
) -> Answer {
    let nummer = nummer.to_uppercase();
    let own = address::document(&nummer);
    let wanted = nummer.clone();
    let ((old, old_text), (new, new_text), query) = match asked {
        Asked { met: Some(other), .. } => {
            let other = other.to_uppercase();
            let first = other.clone();
            let found = site
                .read(move |_, reader| {
                    Ok((comparable(reader, &first)?, comparable(reader, &wanted)?))
                })
                .await?;
            match found {
                (Some((old, text)), Some(new)) => {
                    ((Old::Document(old), text), new, format!("met={other}"))
                }
                (None, _) => return Err(missing(&site, address::document(&other)).await),
                (_, None) => return Err(missing(&site, own).await),
            }
        }
        Asked { versie: Some(versie), .. } => {
            let query = format!("versie={versie}");
            let found = site.read(move |_, reader| versions(reader, &wanted, &versie)).await?;
            let Some(found) = found else { return Err(missing(&site, own).await) };
            ((Old::Version(found.earlier), found.old), (found.document, found.present), query)
        }
        _ => {
            return Err(PageError::BadRequest(
                "Noem achter het adres met welk document u wilt vergelijken: ?met=2025D12345."
                    .into(),
            ));
        }
    };
    let lines = match (old_text, new_text) {
        (Some(old), Some(new)) => {
            site.blocking(move |_| {
                let (old, new) = (prose(&old)?, prose(&new)?);
                Ok(old.zip(new).map(|(old, new)| difference(&old, &new)))
            })
            .await?
        }
        _ => None,
    };
    let is_equal = lines.iter().flatten().all(|line| matches!(line.change, Change::Same(_)))
        && lines.is_some();
    let html = lines.map(|lines| html(&lines));
    let title = match &old {
        Old::Document(old) => {
            format!("Vergelijking van {nummer} met {}", old.nummer.as_deref().unwrap_or_default())
        }
        Old::Version(_) => format!("Vergelijking van {nummer} met een eerdere versie"),
    };
    let mut page = Page::new(&site, &format!("{own}/vergelijk?{query}"), title);
    page.noindex = true;
    render(&Shown { page, old, new, html, is_equal })
}

fn prose(packed: &[u8]) -> Result<Option<Prose>, PageError> {
    Ok(match Content::unpack(packed).map_err(PageError::internal)? {
        Content::Prose(prose) => Some(prose),
        Content::Transcript(_) => None,
    })
}

fn html(lines: &[Line]) -> String {
    let is_same = |line: &Line| matches!(line.change, Change::Same(_));
    let mut html = String::new();
    let mut rest = lines;
    let mut is_first = true;
    while !rest.is_empty() {
        let equal = rest.iter().take_while(|line| is_same(line)).count();
        let (same, changed) = rest.split_at(equal);
        let is_last = changed.is_empty();
        let before = if is_first { 0 } else { AROUND };
        let after = if is_last { 0 } else { AROUND };
        if same.len() > before + after + 1 {
            let (head, middle) = same.split_at(before);
            let (middle, tail) = middle.split_at(middle.len() - after);
            write_lines(head, &mut html);
            html.push_str(&format!(
                "<details class=\"same\"><summary>{} alinea’s zonder verschil</summary>",
                middle.len()
            ));
            write_lines(middle, &mut html);
            html.push_str("</details>");
            write_lines(tail, &mut html);
        } else {
            write_lines(same, &mut html);
        }
        let differing = changed.iter().take_while(|line| !is_same(line)).count();
        let (differing, after) = changed.split_at(differing);
        write_lines(differing, &mut html);
        rest = after;
        is_first = false;
    }
    html
}

fn write_lines(lines: &[Line], html: &mut String) {
    for line in lines {
        let tag = if line.heading.is_some() { "h3" } else { "p" };
        let (class, note) = match line.change {
            Change::Same(_) => ("same", ""),
            Change::Words(_) => ("words", ""),
            Change::Added(_) => ("added", ""),
            Change::Removed(_) => ("removed", ""),
            Change::MovedHere(_) => ("moved", "Verplaatst naar hier: "),
            Change::MovedAway(_) => ("moved", "Stond hier: "),
        };
        html.push_str(&format!("<{tag} class=\"{class}\">"));
        if !note.is_empty() {
            html.push_str(&format!("<span class=\"label\">{note}</span>"));
        }
        match &line.change {
            Change::Same(text) | Change::MovedAway(text) => escape_into(text, html),
            Change::Added(text) => element("ins", text, html),
            Change::Removed(text) => element("del", text, html),
            Change::Words(pieces) | Change::MovedHere(pieces) => {
                for (place, piece) in pieces.iter().enumerate() {
                    if place > 0 {
                        html.push(' ');
                    }
                    match piece {
                        Piece::Same(text) => escape_into(text, html),
                        Piece::Added(text) => element("ins", text, html),
                        Piece::Removed(text) => element("del", text, html),
                    }
                }
            }
        }
        html.push_str(&format!("</{tag}>\n"));
    }
}

fn element(name: &str, text: &str, html: &mut String) {
    html.push_str(&format!("<{name}>"));
    escape_into(text, html);
    html.push_str(&format!("</{name}>"));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(change: Change) -> Line {
        Line { heading: None, change }
    }

    #[test]
    fn long_stretches_without_difference_are_folded_away_and_text_stays_text() {
        let same = |count| std::iter::repeat_n(line(Change::Same("x".into())), count);
        let words = line(Change::Words(vec![
            Piece::Same("de".into()),
            Piece::Removed("<b>".into()),
            Piece::Added("kat".into()),
        ]));
        let lines: Vec<Line> = same(10).chain([words]).chain(same(3)).collect();
        let html = html(&lines);
        assert!(html.contains("<summary>8 alinea’s zonder verschil</summary>"), "{html}");
        assert!(html.contains("<p class=\"words\">de <del>&lt;b&gt;</del> <ins>kat</ins></p>"));
        assert_eq!(html.matches("<p class=\"same\">").count(), 13);
        assert_eq!(html.matches("<details").count(), 1 + usize::from(html.contains("3 alinea")));
    }
}
