//! Writing the wire format of SyncFeed 2.0, in each of the source's own ways: see
//! [`model::Origin`].

use std::fmt::Write;

use jiff::Timestamp;
use model::time::in_amsterdam;
use model::{Category, Entity, FileInfo, Origin, Token, Uuid, Value};

const TK_DATA: &str = "http://www.tweedekamer.nl/xsd/tkData/v1-0";
const XSI: &str = "http://www.w3.org/2001/XMLSchema-instance";

/// An entity as the feed publishes it.
pub(crate) struct Published {
    pub(crate) entity: Entity,
    pub(crate) bijgewerkt: Timestamp,
    pub(crate) deleted: bool,
    pub(crate) file: Option<FileInfo>,
}

/// The head of a page: everything before its first entry.
pub(crate) fn page_head(
    xml: &mut String,
    base: &str,
    category: Category,
    skiptoken: Option<Token>,
    next: NextLink,
    updated: Timestamp,
) {
    let address = feed_address(base, category, skiptoken);
    let address = escape(&address);
    xml.push_str("<?xml version=\"1.0\" encoding=\"utf-8\"?>");
    xml.push_str("<feed xmlns=\"http://www.w3.org/2005/Atom\">");
    push(xml, format_args!("<title>Gegevensmagazijn SyncFeed (category: {category})</title>"));
    push(xml, format_args!("<link rel=\"self\" href=\"{address}\" />"));
    let (rel, token) = match next {
        NextLink::Next(token) => ("next", Some(token)),
        NextLink::Resume(token) => ("resume", token),
    };
    let onwards = feed_address(base, category, token);
    push(xml, format_args!("<link rel=\"{rel}\" href=\"{}\" />", escape(&onwards)));
    push(xml, format_args!("<updated>{}</updated>", with_offset(updated)));
    xml.push_str(
        "<author><name>Tweede Kamer der Staten-Generaal</name>\
         <uri>https://opendata.tweedekamer.nl</uri>\
         <email>opendata@tweedekamer.nl</email></author>\
         <rights>Disclaimer: https://opendata.tweedekamer.nl/disclaimer</rights>",
    );
    push(xml, format_args!("<id>{address}</id>"));
}

/// The link to go on with: after the last entry of the page, or from the end of the feed.
pub(crate) enum NextLink {
    Next(Token),
    Resume(Option<Token>),
}

/// The end of a page.
pub(crate) fn page_end(xml: &mut String) {
    xml.push_str("</feed>");
}

/// One entry.
pub(crate) fn entry(
    xml: &mut String,
    base: &str,
    token: Token,
    updated: Timestamp,
    published: Published,
) {
    let category = published.entity.category();
    let id = published.entity.id();
    let element = category.description().element;
    push(xml, format_args!("<entry><title>{id}</title><id>{base}/Entiteiten/{id}</id>"));
    xml.push_str("<author><name>Tweede Kamer der Staten-Generaal</name></author>");
    push(xml, format_args!("<updated>{}</updated>", updated.strftime("%Y-%m-%dT%H:%M:%S.%fZ")));
    push(xml, format_args!("<category term=\"{element}\" />"));
    // The parameters of an entry's own link come in the other order than those of the page.
    push(
        xml,
        format_args!(
            "<link rel=\"next\" href=\"{base}/Feed?category={category}&amp;skiptoken={token}\" />"
        ),
    );
    if let Some(file) = &published.file {
        let length = file.content_length.unwrap_or_default();
        push(
            xml,
            format_args!(
                "<link rel=\"enclosure\" href=\"{base}/Resources/{id}\" type=\"{}\" length=\"{length}\" />",
                escape(&file.content_type)
            ),
        );
    }
    xml.push_str("<content type=\"application/xml\">");
    self::entity(xml, id, published);
    xml.push_str("</content></entry>");
}

/// The element of an entity, as in `<content>` and at `/Entiteiten/{id}`.
pub(crate) fn entity(xml: &mut String, id: Uuid, published: Published) {
    let Published { entity, bijgewerkt, deleted, file } = published;
    let description = entity.category().description();
    let element = description.element;
    // The prefix of elements, and that of attributes.
    let (own, tk) = match description.origin {
        Origin::Parlis | Origin::Sesam => ("", "tk:"),
        Origin::Ns1 => ("ns1:", "ns1:"),
    };
    push(xml, format_args!("<{own}{element}"));
    match description.origin {
        Origin::Parlis | Origin::Sesam => {
            push(
                xml,
                format_args!(" xmlns:tk=\"{TK_DATA}\" xmlns=\"{TK_DATA}\" xmlns:xsi=\"{XSI}\""),
            );
        }
        Origin::Ns1 => push(xml, format_args!(" xmlns:ns1=\"{TK_DATA}\"")),
    }
    push(xml, format_args!(" id=\"{id}\""));
    let bijgewerkt = match description.origin {
        Origin::Parlis => in_amsterdam(bijgewerkt).strftime("%Y-%m-%dT%H:%M:%S.%f").to_string(),
        Origin::Sesam => bijgewerkt.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        Origin::Ns1 => with_offset(bijgewerkt),
    };
    push(xml, format_args!(" {tk}bijgewerkt=\"{bijgewerkt}\" {tk}verwijderd=\"{deleted}\""));
    if let Some(file) = &file {
        push(xml, format_args!(" {tk}contentType=\"{}\"", escape(&file.content_type)));
        let length = file.content_length.unwrap_or_default();
        push(xml, format_args!(" {tk}contentLength=\"{length}\""));
    }
    if deleted {
        xml.push_str(" />");
        return;
    }
    xml.push('>');
    for (field, value) in description.fields.iter().zip(entity.into_values()) {
        let name = field.wire;
        match value {
            // The source's three ways of saying nothing, and its way of saying "not closed yet".
            Value::Nothing if name == "sluiting" => {
                push(xml, format_args!("<{own}{name}>0001-01-01T00:00:00</{own}{name}>"));
            }
            Value::Nothing => match (field.kind, description.origin) {
                (model::Kind::One(_) | model::Kind::Many(_), _) | (_, Origin::Ns1) => {}
                (_, Origin::Parlis) => push(xml, format_args!("<{name} xsi:nil=\"true\" />")),
                (_, Origin::Sesam) => push(xml, format_args!("<{name} />")),
            },
            Value::One(target) => push(xml, format_args!("<{own}{name} ref=\"{target}\" />")),
            Value::Many(targets) => {
                for target in targets {
                    push(xml, format_args!("<{own}{name} ref=\"{target}\" />"));
                }
            }
            value => {
                let text = text_of(value, description.origin);
                push(xml, format_args!("<{own}{name}>{}</{own}{name}>", escape(&text)));
            }
        }
    }
    push(xml, format_args!("</{own}{element}>"));
}

fn text_of(value: Value, origin: Origin) -> String {
    match value {
        Value::Text(text) => text,
        Value::Integer(number) => number.to_string(),
        Value::Boolean(truth) => truth.to_string(),
        Value::Day(day) => day.to_string(),
        Value::Moment(moment) => match origin {
            Origin::Parlis => in_amsterdam(moment).strftime("%Y-%m-%dT%H:%M:%S").to_string(),
            Origin::Sesam => moment.to_string(),
            Origin::Ns1 => with_offset(moment),
        },
        Value::Nothing | Value::One(_) | Value::Many(_) => String::new(),
    }
}

fn with_offset(moment: Timestamp) -> String {
    in_amsterdam(moment).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}

fn feed_address(base: &str, category: Category, skiptoken: Option<Token>) -> String {
    match skiptoken {
        Some(token) => format!("{base}/Feed?skiptoken={token}&category={category}"),
        None => format!("{base}/Feed?category={category}"),
    }
}

pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            // XML 1.0 has no way to write the other control characters.
            control if control < ' ' && !matches!(control, '\n' | '\r' | '\t') => {}
            other => escaped.push(other),
        }
    }
    escaped
}

fn push(xml: &mut String, arguments: std::fmt::Arguments<'_>) {
    // Writing to a String cannot fail.
    let _ = xml.write_fmt(arguments);
}
