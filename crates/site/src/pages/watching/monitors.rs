//! `/mijn/monitors`: what somebody watches, and how they are told.

use askama::Template;
use axum::extract::{Path, Query, Request, State};
use axum::response::{IntoResponse, Redirect, Response};
use jiff::Timestamp;
use serde::Deserialize;
use store::accounts::webhook::{Webhook, webhooks};
use store::watching::event::EventKind;
use store::watching::monitor::{self, Channel, Choices, Frequency, Monitor};
use watch::matching::Subject;
use watch::wording;

use super::super::{Answer, read_form, render};
use super::Line;
use super::preview::Preview;
use crate::layout::Page;
use crate::session::LoggedIn;
use crate::{PageError, SharedSite};

/// The address of the list.
const PATH: &str = "/mijn/monitors";
/// Characters of a name that are kept.
const LONGEST_NAME: usize = 200;
/// Events shown of a monitor.
const EVENTS: i64 = 20;

#[derive(Template)]
#[template(path = "monitors.html")]
struct List {
    page: Page,
    monitors: Vec<Row>,
    /// The private address of all of them, if there is one.
    feed: Option<String>,
}

struct Row {
    id: i64,
    name: String,
    subject: String,
    how: String,
    paused: bool,
}

#[derive(Template)]
#[template(path = "monitor.html")]
struct Form {
    page: Page,
    /// None for one that is not saved yet.
    id: Option<i64>,
    subject: String,
    choices: Choices,
    /// The account's webhooks: the channel of each, and its name.
    webhooks: Vec<(String, String)>,
    kinds: Vec<(EventKind, &'static str, bool)>,
    preview: Option<Preview>,
    /// What it matched.
    lines: Vec<Line>,
    feed: Option<String>,
}

impl Form {
    fn channel(&self, name: &str) -> bool {
        self.choices.channel.to_string() == name
    }

    fn frequency(&self, name: &str) -> bool {
        self.choices.frequency.as_str() == name
    }

    fn weekday(&self, day: i64) -> bool {
        matches!(self.choices.frequency, Frequency::Weekly { weekday, .. } if weekday == day)
    }

    fn time(&self) -> String {
        match self.choices.frequency {
            Frequency::Daily { minute } | Frequency::Weekly { minute, .. } => clock(minute),
            Frequency::AtOnce | Frequency::Hourly => clock(DEFAULT_MINUTE),
        }
    }

    fn quiet_from(&self) -> String {
        self.choices.quiet.map(|(from, _)| clock(from)).unwrap_or_default()
    }

    fn quiet_until(&self) -> String {
        self.choices.quiet.map(|(_, until)| clock(until)).unwrap_or_default()
    }
}

/// Half past seven in the morning.
const DEFAULT_MINUTE: i64 = 7 * 60 + 30;

/// `07:30`
fn clock(minute: i64) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

fn minute(clock: &str) -> Option<i64> {
    let (hour, minute) = clock.trim().split_once(':')?;
    let (hour, minute): (i64, i64) = (hour.parse().ok()?, minute.parse().ok()?);
    ((0..24).contains(&hour) && (0..60).contains(&minute)).then_some(hour * 60 + minute)
}

/// How a monitor tells, in words.
fn how(choices: &Choices) -> String {
    let often = match choices.frequency {
        Frequency::AtOnce => "meteen".to_owned(),
        Frequency::Hourly => "elk uur".to_owned(),
        Frequency::Daily { minute } => format!("elke dag om {}", clock(minute)),
        Frequency::Weekly { weekday, minute } => {
            let day = usize::try_from(weekday - 1).ok().and_then(|day| DAYS.get(day));
            format!("elke {} om {}", day.copied().unwrap_or(DAYS[0]), clock(minute))
        }
    };
    match choices.channel {
        Channel::Mail => format!("mail, {often}"),
        Channel::Webhook(_) => format!("webhook, {often}"),
        Channel::Feed => "alleen in de feed".to_owned(),
    }
}

const DAYS: [&str; 7] =
    ["maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag"];

pub(crate) async fn list(State(site): State<SharedSite>, who: LoggedIn) -> Answer {
    let account = who.account.id;
    let (monitors, feed) = site
        .read(move |_, reader| {
            Ok((
                monitor::of_account(reader, account)?,
                monitor::private_feed(reader, account, None)?,
            ))
        })
        .await?;
    let row = |it: Monitor| Row {
        id: it.id,
        how: how(&it.choices),
        paused: it.choices.paused,
        name: it.choices.name,
        subject: it.subject,
    };
    let page = Page::private(&site, PATH, "Mijn monitors");
    render(&List { page, monitors: monitors.into_iter().map(row).collect(), feed })
}

#[derive(Deserialize)]
pub(crate) struct Wish {
    #[serde(default)]
    onderwerp: String,
    #[serde(default)]
    naam: String,
}

pub(crate) async fn new(
    State(site): State<SharedSite>,
    who: LoggedIn,
    Query(wish): Query<Wish>,
) -> Answer {
    let subject = watched(&wish.onderwerp)?;
    let choices = Choices {
        name: name(&wish.naam, &wish.onderwerp),
        kinds: Vec::new(),
        channel: Channel::Mail,
        frequency: Frequency::AtOnce,
        quiet: None,
        muted: Vec::new(),
        paused: false,
    };
    let preview = site.blocking(move |site| Preview::of(site, &subject)).await?;
    let webhooks = site.read(move |_, reader| webhooks(reader, who.account.id)).await?;
    let page = Page::private(&site, PATH, format!("Volg: {}", choices.name));
    let (kinds, subject) = (kinds(&choices), wish.onderwerp);
    render(&Form {
        page,
        id: None,
        subject,
        choices,
        webhooks: channels(webhooks),
        kinds,
        preview,
        lines: Vec::new(),
        feed: None,
    })
}

fn channels(webhooks: Vec<Webhook>) -> Vec<(String, String)> {
    webhooks.into_iter().map(|it| (Channel::Webhook(it.id).to_string(), it.name)).collect()
}

fn watched(subject: &str) -> Result<Subject, PageError> {
    Subject::parse(subject).ok_or_else(|| {
        let how = "Dit kan niet gevolgd worden. Open een bladzijde, een lijst of een zoekvraag en \
                   kies daar “Volg dit”.";
        PageError::BadRequest(how.to_owned())
    })
}

fn name(given: &str, subject: &str) -> String {
    let given: String =
        given.trim().chars().filter(|it| !it.is_control()).take(LONGEST_NAME).collect();
    if given.is_empty() { subject.chars().take(LONGEST_NAME).collect() } else { given }
}

fn kinds(choices: &Choices) -> Vec<(EventKind, &'static str, bool)> {
    let chosen = |kind| choices.kinds.is_empty() || choices.kinds.contains(&kind);
    EventKind::ALL.into_iter().map(|kind| (kind, wording::kind(kind), chosen(kind))).collect()
}

pub(crate) async fn edit(
    State(site): State<SharedSite>,
    who: LoggedIn,
    Path(id): Path<i64>,
) -> Answer {
    let account = who.account.id;
    let (found, events, feed, webhooks) = site
        .read(move |_, reader| {
            Ok((
                monitor::monitor(reader, account, id)?,
                monitor::matched(reader, account, Some(id), EVENTS)?,
                monitor::private_feed(reader, account, Some(id))?,
                webhooks(reader, account)?,
            ))
        })
        .await?;
    let Some(Monitor { subject, choices, .. }) = found else { return Err(PageError::NotFound) };
    let preview = match Subject::parse(&subject) {
        Some(parsed) => site.blocking(move |site| Preview::of(site, &parsed)).await?,
        None => None,
    };
    let page = Page::private(&site, PATH, choices.name.clone());
    let (kinds, lines) = (kinds(&choices), events.iter().map(Line::of).collect());
    let webhooks = channels(webhooks);
    render(&Form { page, id: Some(id), subject, choices, webhooks, kinds, preview, lines, feed })
}

/// What a form says of a monitor, as pairs: a kind of event may be there many times.
fn chosen(fields: &[(String, String)]) -> Result<(String, Choices), PageError> {
    let all = |name: &str| -> Vec<&str> {
        let of_name = fields.iter().filter(|(known, _)| known == name);
        of_name.map(|(_, value)| value.as_str()).collect()
    };
    let one = |name: &str| all(name).last().copied().unwrap_or_default();
    let refuse = |how: &str| Err(PageError::BadRequest(how.to_owned()));
    let kinds: Vec<EventKind> =
        all("gebeurtenis").into_iter().filter_map(EventKind::parse).collect();
    if kinds.is_empty() {
        return refuse("Kies minstens één soort bericht.");
    }
    // All is also what there will be later.
    let kinds = if kinds.len() == EventKind::ALL.len() { Vec::new() } else { kinds };
    let at = minute(one("tijd")).unwrap_or(DEFAULT_MINUTE);
    let weekday = one("dag").parse().unwrap_or(1);
    let Some(frequency) = Frequency::parse(one("hoe-vaak"), weekday, at) else {
        return refuse("Kies hoe vaak u bericht wilt.");
    };
    let Some(channel) = Channel::parse(one("hoe")) else {
        return refuse("Kies hoe u bericht wilt.");
    };
    let quiet = minute(one("stil-van")).zip(minute(one("stil-tot")));
    let muted = one("niet-over").lines().map(str::trim).filter(|line| line.starts_with('/'));
    let subject = one("onderwerp").to_owned();
    let choices = Choices {
        name: name(one("naam"), &subject),
        kinds,
        channel,
        frequency,
        quiet: quiet.filter(|(from, until)| from != until),
        muted: muted.take(50).map(String::from).collect(),
        paused: !one("pauze").is_empty(),
    };
    Ok((subject, choices))
}

pub(crate) async fn make(
    State(site): State<SharedSite>,
    who: LoggedIn,
    request: Request,
) -> Result<Response, PageError> {
    let fields = read_form::<Vec<(String, String)>>(request).await?;
    let (subject, choices) = chosen(&fields)?;
    watched(&subject)?;
    let account = who.account.id;
    let made = site
        .blocking(move |site| {
            Ok(site.store.make_monitor(account, &subject, &choices, Timestamp::now())?)
        })
        .await?;
    match made {
        Some(_) => Ok(Redirect::to(PATH).into_response()),
        None => Err(PageError::BadRequest(format!(
            "U hebt al {} monitors. Verwijder er eerst een.",
            monitor::MOST
        ))),
    }
}

pub(crate) async fn change(
    State(site): State<SharedSite>,
    who: LoggedIn,
    Path(id): Path<i64>,
    request: Request,
) -> Result<Response, PageError> {
    let fields = read_form::<Vec<(String, String)>>(request).await?;
    let (_, choices) = chosen(&fields)?;
    let account = who.account.id;
    site.blocking(move |site| Ok(site.store.change_monitor(account, id, &choices)?)).await?;
    Ok(Redirect::to(PATH).into_response())
}

/// Pauses a monitor, or lets it go on.
pub(crate) async fn pause(
    State(site): State<SharedSite>,
    who: LoggedIn,
    Path(id): Path<i64>,
) -> Result<Response, PageError> {
    let account = who.account.id;
    site.blocking(move |site| {
        let found = monitor::monitor(&site.store.reader()?, account, id)?;
        let Some(Monitor { mut choices, .. }) = found else { return Err(PageError::NotFound) };
        choices.paused = !choices.paused;
        Ok(site.store.change_monitor(account, id, &choices)?)
    })
    .await?;
    Ok(Redirect::to(PATH).into_response())
}

pub(crate) async fn remove(
    State(site): State<SharedSite>,
    who: LoggedIn,
    Path(id): Path<i64>,
) -> Result<Response, PageError> {
    let account = who.account.id;
    site.blocking(move |site| Ok(site.store.delete_monitor(account, id)?)).await?;
    Ok(Redirect::to(PATH).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(fields: &[(&str, &str)]) -> Vec<(String, String)> {
        fields.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect()
    }

    #[test]
    fn a_form_says_what_and_how_often_and_when_not() {
        let (subject, choices) = chosen(&fields(&[
            ("onderwerp", "/persoon/1"),
            ("naam", " Naam\r\n"),
            ("gebeurtenis", "verplaatst"),
            ("gebeurtenis", "geannuleerd"),
            ("hoe", "mail"),
            ("hoe-vaak", "weekly"),
            ("dag", "5"),
            ("tijd", "16:05"),
            ("stil-van", "22:00"),
            ("stil-tot", "07:00"),
            ("niet-over", "/dossier/36800\r\nonzin\r\n"),
        ]))
        .unwrap();
        assert_eq!(subject, "/persoon/1");
        assert_eq!(choices.name, "Naam");
        assert_eq!(choices.kinds, [EventKind::Moved, EventKind::Cancelled]);
        assert_eq!(choices.frequency, Frequency::Weekly { weekday: 5, minute: 965 });
        assert_eq!(choices.quiet, Some((1320, 420)));
        assert_eq!(choices.muted, ["/dossier/36800"]);
        assert_eq!(how(&choices), "mail, elke vrijdag om 16:05");
    }

    #[test]
    fn nothing_chosen_is_refused() {
        assert!(chosen(&fields(&[("hoe", "mail"), ("hoe-vaak", "once")])).is_err());
        let kind = ("gebeurtenis", "document");
        assert!(chosen(&fields(&[kind, ("hoe", "duif"), ("hoe-vaak", "once")])).is_err());
        assert!(chosen(&fields(&[kind, ("hoe", "mail"), ("hoe-vaak", "soms")])).is_err());
    }
}
