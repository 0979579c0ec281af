//! A list as an Atom feed (RFC 4287), with pages (RFC 5005).

use askama::Template;
use jiff::Timestamp;

use super::value::Place;
use super::{Format, Item, Shown};
use crate::PageError;

#[derive(Template)]
#[template(path = "list.atom.xml")]
pub(crate) struct Feed<'s> {
    pub(crate) title: String,
    pub(crate) subtitle: &'s str,
    /// The feed with these filters, at its first page: what it is called by.
    pub(crate) id: String,
    pub(crate) own: String,
    pub(crate) page: String,
    pub(crate) next: Option<String>,
    pub(crate) previous: Option<String>,
    pub(crate) updated: String,
    pub(crate) entries: Vec<Entry>,
}

pub(crate) struct Entry {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) link: Option<String>,
    pub(crate) updated: String,
    pub(crate) summary: String,
}

/// The feed of a list.
pub(super) fn render(shown: &Shown) -> Result<String, PageError> {
    let Shown { list, choice, listed, base, .. } = shown;
    let whole = |page: i64| format!("{base}{}", shown.address(Format::Atom, page));
    let newest = listed.rows.iter().map(|item| item.changed).max();
    let feed = Feed {
        title: clean(&shown.title()),
        subtitle: list.intro,
        id: whole(1),
        own: whole(choice.page),
        page: format!("{base}{}", shown.address(Format::Html, 1)),
        next: (choice.page < shown.pages(Format::Atom)).then(|| whole(choice.page + 1)),
        previous: (choice.page > 1).then(|| whole(choice.page - 1)),
        updated: newest.unwrap_or(Timestamp::UNIX_EPOCH).to_string(),
        entries: listed.rows.iter().map(|item| entry(shown, item)).collect(),
    };
    Ok(feed.render()?)
}

fn entry(shown: &Shown, item: &Item) -> Entry {
    Entry {
        id: format!("urn:uuid:{}", item.id),
        title: clean(&item.title),
        link: item.address.as_ref().map(|address| format!("{}{address}", shown.base)),
        updated: item.changed.to_string(),
        summary: clean(&summary(shown, item)),
    }
}

/// What the page shows of an item besides its title, as one line of text.
pub(super) fn summary(shown: &Shown, item: &Item) -> String {
    let columns = || shown.list.columns.iter().zip(&item.values);
    // A moment says its day.
    let has_moment = columns().any(|(column, value)| {
        column.place == Place::Lead && matches!(value, super::Value::Moment(_))
    });
    let facts = columns().filter_map(|(column, value)| {
        let text = value.readable();
        let is_said = column.place == Place::Heading && has_moment;
        let is_shown = column.place != Place::Data && !is_said && !text.is_empty();
        is_shown.then(|| format!("{} {text}", column.prefix).trim().to_owned())
    });
    facts.collect::<Vec<_>>().join(" · ")
}

/// The text without characters that XML cannot hold.
pub(crate) fn clean(text: &str) -> String {
    text.chars()
        .filter(|c| {
            matches!(c, '\t' | '\n' | '\r')
                || !(c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}'))
        })
        .collect()
}
