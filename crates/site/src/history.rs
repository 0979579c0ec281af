//! What changed of an entity, and when; and what was known of one that is gone: from its states as the
//! source published them.

use feed::wire::parse_entity;
use jiff::Timestamp;
use model::{Category, Kind, Uuid, Value};
use store::Reader;
use store::read::history::{self as read, StateLine};

use crate::{PageError, SharedSite, format, text};

/// The longest text that is shown of a field.
const LONGEST: usize = 400;
/// How many changes are shown.
const SHOWN: usize = 40;

/// What the source changed at one moment.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Change {
    pub(crate) moment: Option<Timestamp>,
    /// What happened as a whole, where that is more than a change of fields.
    pub(crate) what: Option<&'static str>,
    pub(crate) fields: Vec<FieldChange>,
}

/// What changed in one field.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct FieldChange {
    pub(crate) label: String,
    pub(crate) old: Option<String>,
    pub(crate) new: Option<String>,
}

/// What was known of something that was withdrawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// What it was: Motie, Brief regering.
    pub(crate) soort: Option<String>,
    /// What it was about.
    pub(crate) titel: String,
    /// Its date.
    pub(crate) datum: Option<Timestamp>,
    /// When it was withdrawn.
    pub(crate) withdrawn: Option<Timestamp>,
}

/// What changed of an entity, the latest first.
pub(crate) async fn changes(site: &SharedSite, id: Uuid) -> Result<Vec<Change>, PageError> {
    site.read(move |_, reader| {
        let states = read::states(reader, id)?;
        let mut changes = Vec::new();
        for pair in states.windows(2) {
            let [old, new] = pair else { continue };
            changes.extend(change(reader, old, new)?);
        }
        changes.reverse();
        changes.truncate(SHOWN);
        Ok(changes)
    })
    .await
}

/// What was known of what had its page at an address before it was withdrawn.
pub(crate) fn known(reader: &Reader, address: &str) -> Result<Option<Known>, store::StoreError> {
    let Some(id) = read::withdrawn_at(reader, address)? else { return Ok(None) };
    known_of(reader, id)
}

/// What was known of an entity before it was withdrawn.
pub(crate) fn known_of(reader: &Reader, id: Uuid) -> Result<Option<Known>, store::StoreError> {
    let states = read::states(reader, id)?;
    let withdrawn = states.last().and_then(|state| state.updated);
    let last = states.iter().rev().find_map(|state| state.raw.as_deref().and_then(values));
    Ok(last.and_then(|(category, values)| {
        let field = |name: &str| {
            let (place, _) = category.description().field(name)?;
            values.get(place)
        };
        let text = |name: &str| match field(name) {
            Some(Value::Text(text)) if !text.trim().is_empty() => Some(text.trim().to_owned()),
            _ => None,
        };
        let titel = ["onderwerp", "titel", "citeertitel", "naamNl", "tekst"];
        Some(Known {
            titel: text::shortened(&titel.into_iter().find_map(text)?, LONGEST),
            soort: text("soort"),
            datum: ["datum", "gestartOp", "aanmaakdatum"].into_iter().find_map(|name| match field(
                name,
            ) {
                Some(Value::Moment(moment)) => Some(*moment),
                _ => None,
            }),
            withdrawn,
        })
    }))
}

/// The fields of an element as published. `None` for what cannot be read any more.
fn values(raw: &str) -> Option<(Category, Vec<Value>)> {
    let (entity, _) = parse_entity(raw).ok()??;
    Some((entity.category(), entity.into_values()))
}

fn change(
    reader: &Reader,
    old: &StateLine,
    new: &StateLine,
) -> Result<Option<Change>, store::StoreError> {
    let moment = new.updated;
    let whole = |what| Ok(Some(Change { moment, what: Some(what), fields: Vec::new() }));
    let (old, new) = match (&old.raw, &new.raw) {
        (Some(old), Some(new)) => (old, new),
        (Some(_), None) => return whole("Ingetrokken"),
        (None, Some(_)) => return whole("Opnieuw gepubliceerd"),
        (None, None) => return Ok(None),
    };
    let (Some((category, old)), Some((_, new))) = (values(old), values(new)) else {
        return Ok(None);
    };
    let mut fields = Vec::new();
    for ((field, old), new) in category.description().fields.iter().zip(old).zip(new) {
        // Withheld fields are not kept; links in another order are the same links.
        if matches!(field.kind, Kind::Withheld) || in_order(&old) == in_order(&new) {
            continue;
        }
        let label = label(field.wire);
        let (old, new) = match (links(&old), links(&new)) {
            (Some(before), Some(after)) => {
                let only = |these: &[Uuid], others: &[Uuid]| {
                    let ids: Vec<Uuid> =
                        these.iter().filter(|id| !others.contains(id)).copied().collect();
                    read::names(reader, &ids)
                };
                (only(&before, &after)?, only(&after, &before)?)
            }
            _ => (shown(&old), shown(&new)),
        };
        // A link to what has neither page nor name says nothing to a reader.
        if old.is_some() || new.is_some() {
            fields.push(FieldChange { label, old, new });
        }
    }
    Ok((!fields.is_empty()).then_some(Change { moment, what: None, fields }))
}

fn in_order(value: &Value) -> Value {
    let mut value = value.clone();
    if let Value::Many(ids) = &mut value {
        ids.sort_unstable();
    }
    value
}

/// The links that a field holds; `None` if it holds none of that kind.
fn links(value: &Value) -> Option<Vec<Uuid>> {
    match value {
        Value::One(id) => Some(vec![*id]),
        Value::Many(ids) => Some(ids.clone()),
        Value::Nothing => Some(Vec::new()),
        _ => None,
    }
}

fn shown(value: &Value) -> Option<String> {
    match value {
        Value::Text(text) => {
            let plain = content::Content::Prose(content::note(text)).plain_text();
            Some(text::shortened(plain.trim(), LONGEST)).filter(|text| !text.is_empty())
        }
        Value::Integer(number) => Some(format::number(number)),
        Value::Boolean(truth) => Some(if *truth { "ja" } else { "nee" }.to_owned()),
        Value::Moment(moment) => Some(format::date_and_time_if_any(moment)),
        Value::Day(day) => Some(format::day(day)),
        Value::Nothing | Value::One(_) | Value::Many(_) => None,
    }
}

/// `huidigeBehandelstatus` as "Huidige behandelstatus".
fn label(wire: &str) -> String {
    let mut label = String::new();
    for character in wire.chars() {
        if character.is_uppercase() && !label.is_empty() {
            label.push(' ');
            label.extend(character.to_lowercase());
        } else {
            label.push(character);
        }
    }
    format::capital(&label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_called_what_the_information_model_calls_it() {
        assert_eq!(label("huidigeBehandelstatus"), "Huidige behandelstatus");
        assert_eq!(label("status"), "Status");
    }

    #[test]
    fn a_value_is_told_as_the_pages_tell_it() {
        let moment: Timestamp = "2025-07-02T12:30:00Z".parse().unwrap();
        assert_eq!(shown(&Value::Moment(moment)).unwrap(), "2 juli 2025, 14:30");
        assert_eq!(shown(&Value::Boolean(false)).unwrap(), "nee");
        let note = Value::Text("<p>Let op: <b>andere</b> zaal</p>".into());
        assert_eq!(shown(&note).unwrap(), "Let op: andere zaal");
        assert_eq!(shown(&Value::Nothing), None);
    }
}
