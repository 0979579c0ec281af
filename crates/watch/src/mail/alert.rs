//! The mail that tells what happened to what somebody watches.

use askama::Template;
use jiff::Timestamp;
use model::time::{in_amsterdam, month};
use store::accounts::account;
use store::accounts::message::{MessageKind, NewMessage};
use store::watching::event::topics_of;
use store::watching::monitor::Channel;
use store::watching::notice::Notice;
use store::{Reader, Store};

use super::{Letterhead, MailError};
use crate::wording;

/// Notices looked at in one go.
const NOTICES: i64 = 2_000;
/// Characters of a subject that phones show, and then some.
const LONGEST_SUBJECT: usize = 150;

#[derive(Template)]
#[template(path = "alert.txt", escape = "none")]
struct Text<'a> {
    lines: &'a [Line],
    site: &'a str,
    stop: &'a str,
}

#[derive(Template)]
#[template(path = "alert.html")]
struct Html<'a> {
    subject: &'a str,
    lines: &'a [Line],
    site: &'a str,
    stop: &'a str,
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
        let Some(holder) = holder else {
            // It stands in the feeds; mail was stopped.
            store.told(&ids, now)?;
            return Ok(());
        };
        let lines: Vec<Line> = notices.iter().map(|notice| self.line(notice)).collect();
        let subject = subject(&lines);
        let stop = self.unsubscribe_address(holder.id);
        let (site, lines) = (self.site.as_str(), lines.as_slice());
        let message = NewMessage {
            account: Some(holder.id),
            kind: MessageKind::Alert,
            message_id: self.message_id()?,
            thread: self.thread(&reader, holder.id, notices)?,
            text: Text { lines, site, stop: &stop }.render()?,
            html: Html { subject: &subject, lines, site, stop: &stop }.render()?,
            unsubscribe: Some(stop),
            recipient: holder.email,
            subject,
            expires_at: None,
        };
        drop(reader);
        store.tell(&ids, &message, now)?;
        Ok(())
    }

    fn line(&self, notice: &Notice) -> Line {
        let names: Vec<&str> = notice.monitors.iter().map(|(_, name)| name.as_str()).collect();
        Line {
            headline: wording::headline(&notice.event),
            details: wording::details(&notice.event),
            at: moment(notice.event.at),
            address: notice.event.address.as_deref().map(|path| self.address(path)),
            monitors: names.join(", "),
        }
    }

    /// Under what mail programs put a message together with others: the dossier that all of it is about.
    /// The message of that number is never sent; that they all refer to it is enough.
    fn thread(
        &self,
        reader: &Reader,
        account: i64,
        notices: &[Notice],
    ) -> Result<Option<String>, MailError> {
        let mut common: Option<String> = None;
        for notice in notices {
            let topics = topics_of(reader, notice.event.number)?;
            let dossier = topics
                .into_iter()
                .find_map(|topic| topic.strip_prefix("/dossier/").map(str::to_owned));
            match (dossier, &common) {
                (None, _) => return Ok(None),
                (Some(dossier), None) => common = Some(dossier),
                (Some(dossier), Some(other)) if dossier != *other => return Ok(None),
                (Some(_), Some(_)) => {}
            }
        }
        Ok(common.map(|dossier| format!("<dossier.{dossier}.{account}@{}>", self.host)))
    }
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
        assert_eq!(message.unsubscribe, Some(letterhead().unsubscribe_address(jan)));
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
        };
        assert_eq!(subject(&[line("Verplaatst: debat")]), "Verplaatst: debat");
        let three = [line("Verplaatst: debat"), line("b"), line("c")];
        assert_eq!(subject(&three), "Verplaatst: debat (en nog 2)");
        let long = [line(&"é".repeat(300)), line("b")];
        let cut = subject(&long);
        assert!(cut.chars().count() <= LONGEST_SUBJECT && cut.ends_with("… (en nog 1)"), "{cut}");
    }
}
