//! The mail that tells what happened to what somebody watches.

use std::collections::BTreeMap;

use askama::Template;
use jiff::Timestamp;
use model::time::{in_amsterdam, month};
use store::accounts::account;
use store::accounts::message::{MessageKind, NewMessage};
use store::watching::event::topics_of;
use store::watching::monitor::{Channel, monitor};
use store::watching::notice::Notice;
use store::{Reader, Store, StoreError};

use super::{Letterhead, MailError, Stop};
use crate::matching::{mutable, tells};
use crate::wording;

/// Notices looked at in one go.
const NOTICES: i64 = 2_000;
/// Characters of a subject that phones show, and then some.
const LONGEST_SUBJECT: usize = 150;
/// A message that names more monitors is not about them, but about all that somebody watches.
const MOST_NAMED: usize = 10;

#[derive(Template)]
#[template(path = "alert.txt", escape = "none")]
struct Text<'a> {
    lines: &'a [Line],
    foot: &'a Foot<'a>,
}

#[derive(Template)]
#[template(path = "alert.html")]
struct Html<'a> {
    subject: &'a str,
    lines: &'a [Line],
    foot: &'a Foot<'a>,
}

/// What happened, once.
struct Line {
    headline: String,
    /// From what to what; empty if the headline says it all.
    details: String,
    /// When, in words.
    at: String,
    address: Option<String>,
    /// The names of the monitors that matched it.
    monitors: String,
    /// What they can be told to pass over.
    mutable: Vec<Link>,
}

/// How to get less of this.
struct Foot<'a> {
    site: &'a str,
    /// What can be passed over, once each; empty if it is too much to list.
    mutable: Vec<&'a Link>,
    /// The monitors, to be stopped one by one; empty if there are many.
    monitors: Vec<Link>,
    /// The address that stops all of it.
    all: String,
}

/// Something that can be stopped.
#[derive(PartialEq, Eq)]
struct Link {
    name: String,
    address: String,
}

impl Letterhead {
    /// Makes messages of the notices that are due: one for each account and channel, in one transaction
    /// with the note that they were told.
    ///
    /// # Errors
    /// See [`MailError`].
    pub(crate) fn tell_due(&self, store: &Store, now: Timestamp) -> Result<(), MailError> {
        let notices = store.due_notices(now, NOTICES)?;
        let together = |one: &Notice, other: &Notice| {
            (one.account, one.channel) == (other.account, other.channel)
        };
        for of_account in notices.chunk_by(together) {
            match of_account.first().map(|first| (first.account, first.channel)) {
                Some((account, Channel::Webhook(id))) => {
                    self.tell_webhook(store, account, id, of_account, now)?;
                }
                _ => self.tell(store, of_account, now)?,
            }
        }
        Ok(())
    }

    /// Puts what one account is to be told by mail in the outbox, as one message.
    ///
    /// # Errors
    /// See [`MailError`].
    fn tell(&self, store: &Store, notices: &[Notice], now: Timestamp) -> Result<(), MailError> {
        let Some(first) = notices.first() else { return Ok(()) };
        let ids: Vec<i64> = notices.iter().map(|notice| notice.id).collect();
        let reader = store.reader()?;
        let holder = account(&reader, first.account)?.filter(|account| account.gets_mail());
        let mut wanted = Vec::with_capacity(notices.len());
        for notice in notices {
            wanted.extend(still_wanted(&reader, notice)?);
        }
        let Some(holder) = holder.filter(|_| !wanted.is_empty()) else {
            // It stands in the feeds; mail was stopped.
            store.told(&ids, now)?;
            return Ok(());
        };
        let lines: Vec<Line> = wanted.iter().map(|wanted| self.line(holder.id, wanted)).collect();
        let monitors: BTreeMap<i64, &str> = wanted
            .iter()
            .flat_map(|(notice, _)| &notice.monitors)
            .map(|(id, name)| (*id, name.as_str()))
            .collect();
        let subject = subject(&lines);
        let foot = self.foot(holder.id, &monitors, &lines);
        // One click stops what this message is about, and leaves the rest.
        let stop = match monitors.len() <= MOST_NAMED {
            true => Stop::monitors(holder.id, monitors.keys().copied().collect()),
            false => Stop::all(holder.id),
        };
        let (lines, foot) = (lines.as_slice(), &foot);
        let message = NewMessage {
            account: Some(holder.id),
            kind: MessageKind::Alert,
            message_id: self.message_id()?,
            thread: self.thread(holder.id, &wanted),
            text: Text { lines, foot }.render()?,
            html: Html { subject: &subject, lines, foot }.render()?,
            unsubscribe: Some(self.stop_address(&stop)),
            recipient: holder.email,
            subject,
            expires_at: None,
        };
        drop(reader);
        store.tell(&ids, &message, now)?;
        Ok(())
    }

    fn line(&self, account: i64, (notice, topics): &Wanted) -> Line {
        let names: Vec<String> = notice.monitors.iter().map(|(_, name)| one_line(name)).collect();
        let monitors: Vec<i64> = notice.monitors.iter().map(|(id, _)| *id).collect();
        let link = |topic: String| Link {
            name: wording::topic(&topic),
            address: self.stop_address(&Stop {
                topic: Some(topic),
                ..Stop::monitors(account, monitors.clone())
            }),
        };
        Line {
            headline: one_line(&wording::headline(&notice.event)),
            details: one_line(&wording::details(&notice.event)),
            at: moment(notice.event.at),
            address: notice.event.address.as_deref().map(|path| self.address(path)),
            monitors: names.join(", "),
            mutable: mutable(&notice.event, topics).into_iter().map(link).collect(),
        }
    }

    fn foot<'a>(
        &'a self,
        account: i64,
        monitors: &BTreeMap<i64, &str>,
        lines: &'a [Line],
    ) -> Foot<'a> {
        let mut of_lines: Vec<&Link> = Vec::new();
        for link in lines.iter().flat_map(|line| &line.mutable) {
            if !of_lines.contains(&link) {
                of_lines.push(link);
            }
        }
        let named = monitors.iter().filter(|_| monitors.len() <= MOST_NAMED);
        let named = named.map(|(id, name)| Link {
            name: one_line(name),
            address: self.stop_address(&Stop::monitors(account, vec![*id])),
        });
        Foot {
            site: &self.site,
            mutable: if of_lines.len() <= MOST_NAMED { of_lines } else { Vec::new() },
            monitors: named.collect(),
            all: self.stop_address(&Stop::all(account)),
        }
    }

    /// Under what mail programs put a message together with others: the dossier that all of it is about.
    /// The message of that number is never sent; that they all refer to it is enough.
    fn thread(&self, account: i64, wanted: &[Wanted]) -> Option<String> {
        let mut common: Option<&str> = None;
        for (_, topics) in wanted {
            let dossier = topics.iter().find_map(|topic| topic.strip_prefix("/dossier/"))?;
            if common.is_some_and(|common| common != dossier) {
                return None;
            }
            common = Some(dossier);
        }
        common.map(|dossier| format!("<dossier.{dossier}.{account}@{}>", self.host))
    }
}

/// What is to be told, with the pages that it concerns.
pub(crate) type Wanted = (Notice, Vec<String>);

/// A notice for the monitors that still tell of it: since it was matched some may have been stopped, or
/// what it is about muted. None if there are none.
pub(crate) fn still_wanted(reader: &Reader, notice: &Notice) -> Result<Option<Wanted>, StoreError> {
    let topics = topics_of(reader, notice.event.number)?;
    let mut monitors = Vec::with_capacity(notice.monitors.len());
    for (id, name) in &notice.monitors {
        let found = monitor(reader, notice.account, *id)?;
        if found.is_some_and(|found| tells(&found.choices, &notice.event, &topics)) {
            monitors.push((*id, name.clone()));
        }
    }
    let is_wanted = !monitors.is_empty();
    Ok(is_wanted.then(|| (Notice { monitors, ..notice.clone() }, topics)))
}

/// A text from outside on one line, so that it cannot pass for lines of ours.
fn one_line(text: &str) -> String {
    let visible = |c: char| if c.is_control() { ' ' } else { c };
    text.chars().map(visible).collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

fn subject(lines: &[Line]) -> String {
    let headlines: Vec<&str> = lines.iter().map(|line| line.headline.as_str()).collect();
    in_short(&headlines)
}

/// What happened; of several things the first, and how many more there are.
pub(crate) fn in_short(headlines: &[impl AsRef<str>]) -> String {
    let first = headlines.first().map_or("", AsRef::as_ref);
    let more = match headlines.len() {
        0 | 1 => String::new(),
        number => format!(" (en nog {})", number - 1),
    };
    let room = LONGEST_SUBJECT - more.chars().count();
    if first.chars().count() <= room {
        return format!("{first}{more}");
    }
    let short: String = first.chars().take(room - 1).collect();
    format!("{}…{more}", short.trim_end())
}

/// `2 juli 2025, 14:00`
fn moment(moment: Timestamp) -> String {
    let local = in_amsterdam(moment);
    let day = local.date();
    format!("{} {} {}, {}", day.day(), month(day), day.year(), local.strftime("%H:%M"))
}

#[cfg(test)]
mod tests {
    use model::{Category, Uuid};
    use store::accounts::login::{NewLogin, Proof};
    use store::accounts::session::NewSession;
    use store::watching::event::{EventKind, NewEvent, to_match};
    use store::watching::monitor::{Choices, Frequency};
    use store::watching::notice::NewNotice;

    use super::*;
    use crate::secret;

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    fn letterhead() -> Letterhead {
        Letterhead::new(&"https://griffier.nl/".parse().unwrap(), "key")
    }

    /// The number of an account that is there after logging in.
    fn account_of(store: &Store, email: &str) -> i64 {
        let browser = secret::hash("browser");
        let token = secret::hash(email);
        let login = NewLogin {
            email: email.into(),
            token,
            code: token,
            browser,
            return_to: "/".into(),
            expires_at: "2026-01-01T00:00:00Z".parse().unwrap(),
        };
        let mail = NewMessage {
            account: None,
            kind: MessageKind::Login,
            message_id: format!("<{email}>"),
            thread: None,
            unsubscribe: None,
            recipient: email.into(),
            subject: String::new(),
            text: String::new(),
            html: String::new(),
            expires_at: None,
        };
        store.ask_login(&login, &mail, NOW).unwrap();
        let session = NewSession { token, browser: String::new() };
        store.enter(Proof::Token(token), browser, &session, NOW).unwrap();
        store::accounts::account_of(&store.reader().unwrap(), email).unwrap().unwrap().id
    }

    fn monitor_on(store: &Store, account: i64, subject: &str, name: &str) -> i64 {
        let choices = Choices {
            name: name.into(),
            kinds: Vec::new(),
            channel: Channel::Mail,
            frequency: Frequency::AtOnce,
            quiet: None,
            muted: Vec::new(),
            paused: false,
        };
        store.make_monitor(account, subject, &choices, NOW).unwrap().unwrap()
    }

    /// Events called so about a dossier, each noticed for the monitors.
    fn happened(store: &Store, titles: &[&str], dossier: &str, account: i64, monitors: &[i64]) {
        let events: Vec<NewEvent> = titles
            .iter()
            .map(|title| NewEvent {
                kind: EventKind::Moved,
                category: Category::Activiteit,
                entity: Uuid::from_u128(title.len() as u128),
                cause: 1,
                address: Some("/activiteit/2025A05020".into()),
                title: (*title).into(),
                what: r#"{"soort":"Commissiedebat","room_from":"Troelstrazaal","room_to":"Thorbeckezaal"}"#
                    .into(),
                at: "2025-07-02T12:00:00Z".parse().unwrap(),
                topics: vec![dossier.into()],
            })
            .collect();
        store.write_due(&events, NOW, NOW).unwrap();
        for (event, _) in to_match(&store.reader().unwrap(), 100).unwrap() {
            let notice = NewNotice {
                account,
                channel: Channel::Mail,
                due_at: Some(NOW),
                monitors: monitors.to_vec(),
            };
            store.write_notices(event.number, &[notice]).unwrap();
        }
    }

    fn alerts(store: &Store) -> Vec<NewMessage> {
        let queued = store.messages_to_send(NOW, 100).unwrap();
        let messages = queued.into_iter().map(|queued| queued.message);
        messages.filter(|message| message.kind == MessageKind::Alert).collect()
    }

    #[test]
    fn what_is_due_together_is_one_message_that_names_all_monitors_and_is_told_once() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("griffier.db")).unwrap();
        let jan = account_of(&store, "jan@voorbeeld.nl");
        let monitors = [
            monitor_on(&store, jan, "/commissie/VWS", "commissie VWS"),
            monitor_on(&store, jan, "/zoeken?q=zorg", "zorg & <welzijn>"),
        ];
        happened(&store, &["Acute zorg", "Acute <zorg> 2"], "/dossier/29247", jan, &monitors);
        letterhead().tell_due(&store, NOW).unwrap();
        letterhead().tell_due(&store, NOW).unwrap();

        let [message]: [NewMessage; 1] = alerts(&store).try_into().unwrap();
        assert_eq!(message.recipient, "jan@voorbeeld.nl");
        assert!(message.subject.contains("Acute") && message.subject.ends_with("(en nog 1)"));
        for said in [
            "Thorbeckezaal",
            "2 juli 2025, 14:00",
            "https://griffier.nl/activiteit/2025A05020",
            "U volgt: commissie VWS, zorg & <welzijn>",
            "https://griffier.nl/uitschrijven/",
        ] {
            assert!(message.text.contains(said), "{said} in {}", message.text);
        }
        assert!(message.html.contains("zorg &#38; &#60;welzijn&#62;"), "{}", message.html);
        for never in ["<img", "<script", "http://", "src="] {
            assert!(!message.html.contains(never), "{never} in {}", message.html);
        }
        let thread = format!("<dossier.29247.{jan}@griffier.nl>");
        assert_eq!(message.thread.as_deref(), Some(thread.as_str()));
        let both = Stop::monitors(jan, monitors.to_vec());
        assert_eq!(message.unsubscribe, Some(letterhead().stop_address(&both)));
        let dossier = Some("/dossier/29247".to_owned());
        for stop in [
            Stop::all(jan),
            Stop::monitors(jan, vec![monitors[0]]),
            Stop::monitors(jan, vec![monitors[1]]),
            Stop { topic: dossier, ..both },
        ] {
            let address = letterhead().stop_address(&stop);
            assert_eq!(message.text.matches(&address).count(), 1, "{stop:?} in {}", message.text);
            let address = format!("href=\"{address}\"");
            assert!(message.html.contains(&address), "{stop:?} in {}", message.html);
        }
    }

    #[test]
    fn what_was_stopped_or_muted_since_it_was_matched_is_not_told() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("griffier.db")).unwrap();
        let jan = account_of(&store, "jan@voorbeeld.nl");
        let monitors = [
            monitor_on(&store, jan, "/commissie/VWS", "commissie VWS"),
            monitor_on(&store, jan, "/zoeken?q=zorg", "zorg"),
        ];
        happened(&store, &["Acute zorg"], "/dossier/29247", jan, &monitors);
        store.pause_monitor(jan, monitors[0], true).unwrap();
        letterhead().tell_due(&store, NOW).unwrap();
        let [message]: [NewMessage; 1] = alerts(&store).try_into().unwrap();
        assert!(message.text.contains("U volgt: zorg\n"), "{}", message.text);

        happened(&store, &["Acute zorg!"], "/dossier/29247", jan, &monitors);
        store.mute_topic(jan, monitors[1], "/dossier/29247", true).unwrap();
        letterhead().tell_due(&store, NOW).unwrap();
        assert_eq!(alerts(&store).len(), 1);

        // Told of again, and not of what was passed over.
        store.mute_topic(jan, monitors[1], "/dossier/29247", false).unwrap();
        letterhead().tell_due(&store, NOW).unwrap();
        assert_eq!(alerts(&store).len(), 1);
        happened(&store, &["Acute zorg!!"], "/dossier/29247", jan, &monitors);
        letterhead().tell_due(&store, NOW).unwrap();
        assert_eq!(alerts(&store).len(), 2);
    }

    #[test]
    fn no_name_and_no_title_brings_a_header_or_a_line_of_its_own() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("griffier.db")).unwrap();
        let jan = account_of(&store, "jan@voorbeeld.nl");
        let evil = "zorg\r\nBcc: piet@voorbeeld.nl\r\n\r\nKoop nu";
        let monitors = [monitor_on(&store, jan, "/zoeken?q=zorg", evil)];
        happened(&store, &[evil], "/dossier/29247", jan, &monitors);
        letterhead().tell_due(&store, NOW).unwrap();
        let queued = store.messages_to_send(NOW, 100).unwrap();
        let queued = queued.iter().find(|it| it.message.kind == MessageKind::Alert).unwrap();
        let from = "griffier@griffier.nl".parse().unwrap();
        let letter = crate::mail::letter::write(queued, &from).unwrap().formatted();
        let letter = String::from_utf8(letter).unwrap();
        for begin in ["Bcc", "Koop"] {
            assert!(!letter.lines().any(|line| line.starts_with(begin)), "{letter}");
            assert!(!queued.message.text.lines().any(|line| line.starts_with(begin)));
        }
    }

    #[test]
    fn who_wants_no_mail_gets_none_also_not_later() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("griffier.db")).unwrap();
        let jan = account_of(&store, "jan@voorbeeld.nl");
        let monitors = [monitor_on(&store, jan, "/commissie/VWS", "commissie VWS")];
        happened(&store, &["Acute zorg"], "/dossier/29247", jan, &monitors);
        store.unsubscribe(jan, true, NOW).unwrap();
        letterhead().tell_due(&store, NOW).unwrap();
        store.unsubscribe(jan, false, NOW).unwrap();
        letterhead().tell_due(&store, NOW).unwrap();
        assert!(alerts(&store).is_empty());
    }

    #[test]
    fn a_subject_says_what_happened_and_how_much_more() {
        let line = |headline: &str| Line {
            headline: headline.into(),
            details: String::new(),
            at: String::new(),
            address: None,
            monitors: String::new(),
            mutable: Vec::new(),
        };
        assert_eq!(subject(&[line("Verplaatst: debat")]), "Verplaatst: debat");
        let three = [line("Verplaatst: debat"), line("b"), line("c")];
        assert_eq!(subject(&three), "Verplaatst: debat (en nog 2)");
        let long = [line(&"é".repeat(300)), line("b")];
        let cut = subject(&long);
        assert!(cut.chars().count() <= LONGEST_SUBJECT && cut.ends_with("… (en nog 1)"), "{cut}");
    }
}
