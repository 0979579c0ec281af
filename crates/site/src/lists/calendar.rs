//! A list as a calendar (RFC 5545). Written by hand: what there is to write is little, and the library
//! for it writes no time zone.

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use model::time::in_amsterdam;

use super::{Item, Shown, atom};

/// A thing's place in a calendar.
pub(crate) struct Event {
    /// When it begins.
    pub(crate) start: When,
    /// When it ends, if that is known.
    pub(crate) end: Option<Timestamp>,
    /// Where it is.
    pub(crate) place: Option<String>,
}

/// A moment, or a day as a whole.
pub(crate) enum When {
    Moment(Timestamp),
    Day(Date),
}

impl Event {
    /// A meeting: at its time, or else on its day.
    pub(crate) fn meeting(
        start: Option<Timestamp>,
        end: Option<Timestamp>,
        day: Option<Timestamp>,
        place: Option<String>,
    ) -> Option<Self> {
        match start {
            Some(start) => {
                let end = end.filter(|end| *end > start);
                Some(Self { start: When::Moment(start), end, place })
            }
            None => {
                day.map(|day| Self::on(in_amsterdam(day).date())).map(|it| Self { place, ..it })
            }
        }
    }

    /// Something on a day.
    pub(crate) fn on(day: Date) -> Self {
        Self { start: When::Day(day), end: None, place: None }
    }
}

/// Amsterdam time, as it has been since 1996.
const ZONE: &str = "BEGIN:VTIMEZONE\r\nTZID:Europe/Amsterdam\r\n\
    BEGIN:STANDARD\r\nDTSTART:19961027T030000\r\nRRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\r\n\
    TZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\nTZNAME:CET\r\nEND:STANDARD\r\n\
    BEGIN:DAYLIGHT\r\nDTSTART:19960331T020000\r\nRRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\r\n\
    TZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\nTZNAME:CEST\r\nEND:DAYLIGHT\r\n\
    END:VTIMEZONE\r\n";

/// The calendar of a list.
pub(crate) fn render(shown: &Shown) -> String {
    let mut out = String::from(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Griffier//Griffier//NL\r\n\
         CALSCALE:GREGORIAN\r\nMETHOD:PUBLISH\r\nREFRESH-INTERVAL;VALUE=DURATION:PT1H\r\n\
         X-PUBLISHED-TTL:PT1H\r\nX-WR-TIMEZONE:Europe/Amsterdam\r\n",
    );
    let title = format!("Tweede Kamer, {}", shown.title());
    line(&mut out, "X-WR-CALNAME", &escaped(&title));
    out.push_str(ZONE);
    for item in &shown.listed.rows {
        if let Some(event) = &item.event {
            write_event(&mut out, shown, item, event);
        }
    }
    out.push_str("END:VCALENDAR\r\n");
    out
}

fn write_event(out: &mut String, shown: &Shown, item: &Item, event: &Event) {
    out.push_str("BEGIN:VEVENT\r\n");
    line(out, "UID", &format!("{}@griffier", item.id));
    line(out, "DTSTAMP", &utc(item.changed));
    line(out, "LAST-MODIFIED", &utc(item.changed));
    line(out, "SEQUENCE", &sequence(item.changed).to_string());
    match &event.start {
        When::Moment(start) => {
            line(out, "DTSTART;TZID=Europe/Amsterdam", &local(*start));
            if let Some(end) = event.end {
                line(out, "DTEND;TZID=Europe/Amsterdam", &local(end));
            }
        }
        When::Day(day) => {
            line(out, "DTSTART;VALUE=DATE", &day.strftime("%Y%m%d").to_string());
            let next = day.checked_add(1.day()).unwrap_or(*day);
            line(out, "DTEND;VALUE=DATE", &next.strftime("%Y%m%d").to_string());
            line(out, "TRANSP", "TRANSPARENT");
        }
    }
    line(out, "SUMMARY", &escaped(&item.title));
    line(out, "STATUS", if item.is_off { "CANCELLED" } else { "CONFIRMED" });
    if let Some(place) = &event.place {
        line(out, "LOCATION", &escaped(place));
    }
    let summary = atom::summary(shown, item);
    match &item.address {
        Some(address) => {
            let address = format!("{}{address}", shown.base);
            line(out, "URL", &address);
            line(out, "DESCRIPTION", &escaped(&format!("{summary}\n{address}")));
        }
        None => line(out, "DESCRIPTION", &escaped(&summary)),
    }
    out.push_str("END:VEVENT\r\n");
}

/// Grows with every change, also over a store that is filled anew: seconds since 2008, by the source's
/// clock.
fn sequence(changed: Timestamp) -> i64 {
    (changed.as_second() - 1_199_145_600).clamp(0, i64::from(i32::MAX))
}

fn utc(moment: Timestamp) -> String {
    moment.strftime("%Y%m%dT%H%M%SZ").to_string()
}

fn local(moment: Timestamp) -> String {
    in_amsterdam(moment).strftime("%Y%m%dT%H%M%S").to_string()
}

/// A text as the value of a property.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | ';' | ',' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

/// Writes a line, folded at 75 bytes between characters.
fn line(out: &mut String, name: &str, value: &str) {
    let mut length = 0;
    for c in name.chars().chain([':']).chain(value.chars()) {
        if length + c.len_utf8() > 75 {
            out.push_str("\r\n ");
            length = 1;
        }
        out.push(c);
        length += c.len_utf8();
    }
    out.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_are_folded_between_characters_and_special_ones_escaped() {
        let mut out = String::new();
        let text = "Fiscaliteit, Belastingdienst; één\\twee\nregel ".repeat(4);
        line(&mut out, "SUMMARY", &escaped(&text));
        assert!(out.split("\r\n").all(|part| part.len() <= 75), "{out}");
        let unfolded = out.replace("\r\n ", "");
        assert!(
            unfolded.starts_with("SUMMARY:Fiscaliteit\\, Belastingdienst\\; één\\\\twee\\nregel")
        );
    }

    #[test]
    fn a_meeting_stands_at_amsterdam_time_on_both_sides_of_the_change_of_the_clocks() {
        let local = |text: &str| local(text.parse().unwrap());
        assert_eq!(local("2025-03-30T00:30:00Z"), "20250330T013000");
        assert_eq!(local("2025-03-30T01:30:00Z"), "20250330T033000");
        assert_eq!(local("2025-10-26T01:30:00Z"), "20251026T023000");
    }

    #[test]
    fn a_day_without_a_time_is_a_whole_day_and_an_end_before_the_start_is_none() {
        let at = |text: &str| text.parse::<Timestamp>().ok();
        let day = Event::meeting(None, None, at("2025-07-01T22:00:00Z"), None).unwrap();
        assert!(matches!(day.start, When::Day(day) if day.to_string() == "2025-07-02"));
        let start = at("2025-07-02T12:00:00Z");
        let odd = Event::meeting(start, at("2025-07-02T11:00:00Z"), start, None).unwrap();
        assert!(odd.end.is_none());
    }

    #[test]
    fn a_later_change_has_a_higher_sequence() {
        let at = |text: &str| sequence(text.parse().unwrap());
        assert!(at("2025-07-02T12:00:01Z") > at("2025-07-02T12:00:00Z"));
        assert_eq!(at("1999-01-01T00:00:00Z"), 0);
    }
}
