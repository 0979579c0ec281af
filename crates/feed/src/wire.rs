//! The wire format of SyncFeed 2.0: an Atom page with one entity per entry.
//!
//! Elements and attributes are recognised by their local names alone. The source writes one
//! namespace in several ways (as default, as `tk:`, as `ns1:`), and no two names that occur in the
//! same place differ by namespace only.

use std::ops::Range;

use jiff::Timestamp;
use jiff::civil;
use model::time::parse_moment;
use model::{Category, Entity, Entry, Field, FileInfo, Kind, State, Token, Uuid, Value};
use quick_xml::events::attributes::Attribute;
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::QName;
use quick_xml::{Reader, XmlVersion};
use thiserror::Error;

/// The version of this reader. A change that makes something else of the same entry adds one; what is
/// stored is then read again from the entries as published.
pub const READER_VERSION: u32 = 1;

/// A page of the feed: at most 250 entries of one category, oldest first.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// The entries, in the order of the page.
    pub entries: Vec<Entry>,
    /// The token to continue after, if the page gives one.
    pub next: Option<Token>,
    /// What stood in the page that the model does not know, or could not read. The rest of the page
    /// is not held up by it.
    pub oddities: Vec<Oddity>,
}

/// Something in a page that does not fit the model. Kept, so that an operator can see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Oddity {
    /// The entity concerned, where known.
    pub id: Option<Uuid>,
    /// What is odd, in words.
    pub what: String,
}

/// Why a page could not be read at all.
#[derive(Debug, Error)]
pub enum WireError {
    /// It is not UTF-8.
    #[error("the page is not UTF-8: {0}")]
    Encoding(#[from] std::str::Utf8Error),
    /// It is not well-formed XML.
    #[error("the page is not well-formed XML: {0}")]
    Xml(#[from] quick_xml::Error),
    /// It is XML, but no Atom feed.
    #[error("expected an Atom feed, found <{0}>")]
    NotAFeed(String),
    /// It ends before the feed does.
    #[error("the page is cut off: it ends before </feed>")]
    CutOff,
}

impl From<quick_xml::events::attributes::AttrError> for WireError {
    fn from(error: quick_xml::events::attributes::AttrError) -> Self {
        WireError::Xml(error.into())
    }
}

/// Reads a page.
///
/// # Errors
/// A [`WireError`] where the page as a whole cannot be trusted: nothing of it may then be applied,
/// for its `next` would skip what was lost.
pub fn parse_page(bytes: &[u8]) -> Result<Page, WireError> {
    Parser::new(std::str::from_utf8(bytes)?).page()
}

/// Reads an entity from its element as published (see [`State::Present`]); `None` if it is none that
/// the model knows. What cannot be read in it was noted when its page was read.
///
/// # Errors
/// A [`WireError`] where it is no well-formed element.
pub fn parse_entity(raw: &str) -> Result<Option<(Entity, Option<FileInfo>)>, WireError> {
    let published = Parser::new(raw).content()?;
    Ok(published.and_then(|published| match published.state {
        State::Present { entity, file, .. } => Some((*entity, file)),
        State::Deleted => None,
    }))
}

struct Parser<'a> {
    text: &'a str,
    reader: Reader<&'a [u8]>,
    oddities: Vec<Oddity>,
    /// Where in the text the fields stand that the present entity withholds.
    withheld: Vec<Range<usize>>,
}

/// What an `<entry>` says around its entity.
#[derive(Default)]
struct Envelope {
    token: Option<Token>,
    updated: Option<Timestamp>,
    term: Option<String>,
    title: Option<String>,
}

/// An element of the entity's namespace, as it stands in `<content>`.
struct Published {
    category: Category,
    id: Uuid,
    bijgewerkt: Option<Timestamp>,
    state: State,
}

impl<'a> Parser<'a> {
    fn new(text: &'a str) -> Self {
        let reader = Reader::from_str(text);
        Self { text, reader, oddities: Vec::new(), withheld: Vec::new() }
    }

    fn page(&mut self) -> Result<Page, WireError> {
        self.expect_feed()?;
        let mut unnumbered = Vec::new();
        let mut next = None;
        loop {
            match self.reader.read_event()? {
                Event::Start(start) => match local(&start) {
                    "entry" => unnumbered.extend(self.entry()?),
                    "link" => {
                        next = next_token(&start)?.or(next);
                        self.skip(&start)?;
                    }
                    _ => self.skip(&start)?,
                },
                Event::Empty(start) if local(&start) == "link" => {
                    next = next_token(&start)?.or(next);
                }
                Event::End(_) => break,
                Event::Eof => return Err(WireError::CutOff),
                _ => {}
            }
        }
        let mut entries = Vec::with_capacity(unnumbered.len());
        for (token, mut entry) in unnumbered {
            // An entry without a link of its own is numbered by the page: never below its place.
            match token.or(next) {
                Some(token) => {
                    entry.token = token;
                    entries.push(entry);
                }
                None => self.odd(Some(entry.id), "an entry without a skiptoken".into()),
            }
        }
        Ok(Page { entries, next, oddities: std::mem::take(&mut self.oddities) })
    }

    fn expect_feed(&mut self) -> Result<(), WireError> {
        loop {
            match self.reader.read_event()? {
                Event::Start(start) if local(&start) == "feed" => return Ok(()),
                Event::Start(start) | Event::Empty(start) => {
                    return Err(WireError::NotAFeed(local(&start).to_owned()));
                }
                Event::Eof => return Err(WireError::NotAFeed("nothing".into())),
                _ => {}
            }
        }
    }

    /// The entry after its start tag. One that cannot be read is an oddity, not an error.
    fn entry(&mut self) -> Result<Option<(Option<Token>, Entry)>, WireError> {
        let mut envelope = Envelope::default();
        let mut published = None;
        loop {
            match self.reader.read_event()? {
                Event::Start(start) => match local(&start) {
                    "title" => envelope.title = Some(self.text()?),
                    "updated" => envelope.updated = parse_moment(self.text()?.trim()),
                    "content" => published = self.content()?,
                    "link" | "category" => {
                        envelope.note(&start)?;
                        self.skip(&start)?;
                    }
                    _ => self.skip(&start)?,
                },
                Event::Empty(start) => envelope.note(&start)?,
                Event::End(_) => break,
                Event::Eof => return Err(WireError::CutOff),
                _ => {}
            }
        }
        let Some(published) = published else {
            let id = envelope.title.as_deref().and_then(|title| title.trim().parse().ok());
            let term = envelope.term.unwrap_or_default();
            self.odd(id, format!("an entry of category {term:?} without a readable entity"));
            return Ok(None);
        };
        let entry = Entry {
            token: 0, // numbered by the page, once its own link is known
            id: published.id,
            category: published.category,
            updated: envelope.updated,
            bijgewerkt: published.bijgewerkt,
            state: published.state,
        };
        Ok(Some((envelope.token, entry)))
    }

    fn content(&mut self) -> Result<Option<Published>, WireError> {
        let mut published = None;
        loop {
            let begin = self.position();
            match self.reader.read_event()? {
                Event::Start(start) => published = self.entity(&start, true, begin)?,
                Event::Empty(start) => published = self.entity(&start, false, begin)?,
                Event::End(_) => return Ok(published),
                // An element on its own ends with the text.
                Event::Eof if published.is_some() => return Ok(published),
                Event::Eof => return Err(WireError::CutOff),
                _ => {}
            }
        }
    }

    /// How far the text was read, in bytes.
    fn position(&self) -> usize {
        usize::try_from(self.reader.buffer_position()).unwrap_or(usize::MAX)
    }

    /// The text from `begin` to here, without what is withheld.
    fn raw(&self, begin: usize) -> String {
        let mut raw = String::new();
        let mut from = begin;
        for range in &self.withheld {
            raw.push_str(self.text.get(from..range.start).unwrap_or_default());
            from = range.end;
        }
        raw.push_str(self.text.get(from..self.position()).unwrap_or_default());
        raw
    }

    fn entity(
        &mut self,
        start: &BytesStart<'_>,
        has_body: bool,
        begin: usize,
    ) -> Result<Option<Published>, WireError> {
        self.withheld.clear();
        let element = local(start).to_owned();
        let mut id = None;
        let mut bijgewerkt = None;
        let mut deleted = false;
        let mut content_type = None;
        let mut content_length = None;
        for attribute in start.attributes() {
            let attribute = attribute?;
            let value = attribute_text(&attribute);
            match without_prefix(attribute.key) {
                "id" => id = value.parse::<Uuid>().ok(),
                "bijgewerkt" => bijgewerkt = parse_moment(&value),
                "verwijderd" => deleted = value.eq_ignore_ascii_case("true"),
                "contentType" => content_type = Some(value).filter(|label| !label.is_empty()),
                "contentLength" => content_length = value.parse().ok(),
                _ => {}
            }
        }
        let (Some(category), Some(id)) = (Category::from_name(&element), id) else {
            self.odd(id, format!("<{element}> is no known category, or has no id"));
            if has_body {
                self.skip(start)?;
            }
            return Ok(None);
        };
        let description = category.description();
        let mut values = vec![Value::Nothing; description.fields.len()];
        if has_body {
            self.fields(category, id, &mut values)?;
        }
        let state = if deleted {
            State::Deleted
        } else {
            let file = content_type.map(|content_type| FileInfo { content_type, content_length });
            let entity = Box::new(Entity::from_values(category, id, values));
            State::Present { entity, file, raw: self.raw(begin) }
        };
        Ok(Some(Published { category, id, bijgewerkt, state }))
    }

    /// The fields and relations of an entity, up to its end tag.
    fn fields(
        &mut self,
        category: Category,
        id: Uuid,
        values: &mut [Value],
    ) -> Result<(), WireError> {
        loop {
            let begin = self.position();
            let (start, has_body) = match self.reader.read_event()? {
                Event::Start(start) => (start, true),
                Event::Empty(start) => (start, false),
                Event::End(_) => return Ok(()),
                Event::Eof => return Err(WireError::CutOff),
                _ => continue,
            };
            let name = local(&start).to_owned();
            let reference = reference(&start)?;
            let text = if has_body { self.text()? } else { String::new() };
            let Some((place, field)) = category.description().field(&name) else {
                self.odd(Some(id), format!("{category} has no field <{name}>"));
                continue;
            };
            if field.kind == Kind::Withheld {
                self.withheld.push(begin..self.position());
                continue;
            }
            let Some(slot) = values.get_mut(place) else { continue };
            match read_value(field, reference, text) {
                Ok(Value::One(target)) if matches!(field.kind, Kind::Many(_)) => match slot {
                    Value::Many(targets) => targets.push(target),
                    slot => *slot = Value::Many(vec![target]),
                },
                Ok(Value::Nothing) => {}
                Ok(value) => *slot = value,
                Err(unreadable) => {
                    self.odd(Some(id), format!("{category}.{name} holds {unreadable:?}"));
                }
            }
        }
    }

    /// The text up to the end tag of the element just begun, that of elements inside included.
    fn text(&mut self) -> Result<String, WireError> {
        let mut text = String::new();
        let mut depth = 0_u32;
        loop {
            match self.reader.read_event()? {
                Event::Text(part) => text.push_str(&part.xml_content(XmlVersion::Implicit1_0)),
                Event::CData(part) => text.push_str(&part.xml_content(XmlVersion::Implicit1_0)),
                Event::GeneralRef(reference) => {
                    let named = reference.xml_content(XmlVersion::Implicit1_0);
                    match reference.resolve_char_ref() {
                        Ok(Some(character)) => text.push(character),
                        Ok(None) => text.push_str(
                            quick_xml::escape::resolve_predefined_entity(&named)
                                .unwrap_or("\u{fffd}"),
                        ),
                        // A character that XML forbids, written as a number: it is lost upstream.
                        Err(_) => text.push('\u{fffd}'),
                    }
                }
                Event::Start(_) => depth += 1,
                Event::End(_) if depth == 0 => return Ok(text),
                Event::End(_) => depth -= 1,
                Event::Eof => return Err(WireError::CutOff),
                _ => {}
            }
        }
    }

    fn skip(&mut self, start: &BytesStart<'_>) -> Result<(), WireError> {
        self.reader.read_to_end(start.name())?;
        Ok(())
    }

    fn odd(&mut self, id: Option<Uuid>, what: String) {
        self.oddities.push(Oddity { id, what });
    }
}

impl Envelope {
    /// Takes what an element of the entry says in its attributes.
    fn note(&mut self, start: &BytesStart<'_>) -> Result<(), WireError> {
        match local(start) {
            "link" => self.token = next_token(start)?.or(self.token),
            "category" => self.term = attribute(start, "term")?,
            _ => {}
        }
        Ok(())
    }
}

/// The content of a field, from its `ref` or its text. The error is the text that could not be read.
fn read_value(field: &Field, reference: Option<String>, text: String) -> Result<Value, String> {
    if let Kind::One(_) | Kind::Many(_) = field.kind {
        return match reference {
            Some(reference) => reference.parse().map(Value::One).map_err(|_| reference),
            None if text.trim().is_empty() => Ok(Value::Nothing),
            None => Err(text),
        };
    }
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return Ok(Value::Nothing);
    }
    let value = match field.kind {
        Kind::Text | Kind::Partial | Kind::Amount => Some(Value::Text(trimmed.to_owned())),
        Kind::Integer => trimmed.parse().ok().map(Value::Integer),
        Kind::Boolean => match trimmed.to_ascii_lowercase().as_str() {
            "true" | "1" => Some(Value::Boolean(true)),
            "false" | "0" => Some(Value::Boolean(false)),
            _ => None,
        },
        Kind::Moment if trimmed.starts_with("0001-") => Some(Value::Nothing),
        Kind::Moment => parse_moment(trimmed).map(Value::Moment),
        Kind::Day => read_day(trimmed).map(Value::Day),
        Kind::Withheld | Kind::One(_) | Kind::Many(_) => Some(Value::Nothing),
    };
    value.ok_or(text)
}

/// A calendar day; `2002-05-23Z` and `2002-05-23+02:00` are allowed by the XSD and mean that day.
fn read_day(text: &str) -> Option<civil::Date> {
    text.get(..10)?.parse().ok()
}

fn local<'s>(start: &'s BytesStart<'_>) -> &'s str {
    without_prefix(start.name())
}

fn without_prefix(name: QName<'_>) -> &str {
    name.0.rsplit_once(':').map_or(name.0, |(_, local)| local)
}

fn attribute_text(attribute: &Attribute<'_>) -> String {
    match attribute.normalized_value(XmlVersion::Implicit1_0) {
        Ok(value) => value.into_owned(),
        Err(_) => attribute.value.to_string(),
    }
}

fn attribute(start: &BytesStart<'_>, name: &str) -> Result<Option<String>, WireError> {
    for attribute in start.attributes() {
        let attribute = attribute?;
        if without_prefix(attribute.key) == name {
            return Ok(Some(attribute_text(&attribute)));
        }
    }
    Ok(None)
}

fn reference(start: &BytesStart<'_>) -> Result<Option<String>, WireError> {
    attribute(start, "ref")
}

/// The token in a `link`, if it is the one to go on with: `rel="next"`, or `rel="resume"` at the end
/// of the feed.
fn next_token(link: &BytesStart<'_>) -> Result<Option<Token>, WireError> {
    let rel = attribute(link, "rel")?;
    if !matches!(rel.as_deref(), Some("next" | "resume")) {
        return Ok(None);
    }
    let href = attribute(link, "href")?.unwrap_or_default();
    let query = href.split_once('?').map_or("", |(_, query)| query);
    let token = url::form_urlencoded::parse(query.as_bytes())
        .find(|(name, _)| name == "skiptoken")
        .and_then(|(_, value)| value.parse().ok());
    Ok(token)
}
