//! `/mijn/monitors`: what somebody watches, how they are told, and what they hear nothing of.

use askama::Template;
use axum::extract::{Path, Query, Request, State};
use axum::response::{IntoResponse, Redirect, Response};
use jiff::Timestamp;
use model::Entity;
use model::kamerstuk::DossierNummer;
use serde::Deserialize;
use store::accounts::webhook::{Webhook, webhooks};
use store::watching::event::{EventKind, entity_at, topics_of};
use store::watching::monitor::{self, Channel, Choices, Frequency, Monitor};
use url::Url;
use watch::matching::{Subject, mutable};
use watch::wording;

use super::super::{Answer, read_form, render};
use super::Line;
use super::preview::Preview;
use crate::layout::Page;
use crate::session::LoggedIn;
use crate::{PageError, SharedSite, format};

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
    /// What they are silent about.
    muted: Vec<Muted>,
    /// Since when all of them together have a private address.
    feed: Option<Timestamp>,
}

/// A topic that a monitor passes over.
struct Muted {
    monitor: i64,
    /// The name of the monitor.
    of: String,
    address: String,
    /// What it is called, and what it is about if that is known.
    name: String,
    title: String,
}

impl Muted {
    fn of(monitor: &Monitor) -> Vec<Self> {
        let topics = monitor.choices.muted.iter().map(|address| Self {
            monitor: monitor.id,
            of: monitor.choices.name.clone(),
            name: format::capital(&wording::topic(address)),
            address: address.clone(),
            title: String::new(),
        });
        topics.collect()
    }
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
    preview: Preview,
    /// What it matched, each with what can be muted of it: addresses and names.
    lines: Vec<(Line, Vec<(String, String)>)>,
    muted: Vec<Muted>,
    feed: Option<Timestamp>,
}

impl Form {
    fn grouped(&self, number: &u64) -> String {
        format::number(&i64::try_from(*number).unwrap_or(i64::MAX))
    }

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
    let muted = monitors.iter().flat_map(Muted::of).collect();
    render(&List { page, monitors: monitors.into_iter().map(row).collect(), muted, feed })
}

#[derive(Deserialize)]
pub(crate) struct Wish {
    #[serde(default)]
    onderwerp: String,
    #[serde(default)]
    naam: String,
    /// The kinds of event that are waited for, with commas between them.
    #[serde(default)]
    alleen: String,
}

pub(crate) async fn new(
    State(site): State<SharedSite>,
    who: LoggedIn,
    Query(wish): Query<Wish>,
) -> Answer {
    let subject = watched(&wish.onderwerp)?;
    let choices = Choices {
        name: name(&wish.naam, &wish.onderwerp),
        kinds: wish.alleen.split(',').filter_map(EventKind::parse).collect(),
        channel: Channel::Mail,
        frequency: Frequency::AtOnce,
        quiet: None,
        muted: Vec::new(),
        paused: false,
    };
    let kinds = kinds(&subject, &choices);
    let preview = site.blocking(move |site| Preview::of(site, &subject)).await?;
    let webhooks = site.read(move |_, reader| webhooks(reader, who.account.id)).await?;
    let page = Page::private(&site, PATH, format!("Volg: {}", choices.name));
    render(&Form {
        page,
        id: None,
        subject: wish.onderwerp,
        choices,
        webhooks: channels(webhooks),
        kinds,
        preview,
        lines: Vec::new(),
        muted: Vec::new(),
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
    if given.is_empty() { usual_name(subject) } else { given }
}

/// What something is called that was given no name: "Documenten: Motie, SP", "Zoeken: huur".
fn usual_name(subject: &str) -> String {
    let url = Url::parse("http://site").and_then(|site| site.join(subject));
    let Ok(url) = url else { return String::new() };
    let values = url
        .query_pairs()
        .filter(|(name, value)| !value.is_empty() && name != "volgorde" && name != "pagina");
    let values: Vec<String> = values.map(|(_, value)| value.into_owned()).collect();
    let what = match url.path().trim_start_matches('/') {
        page if page.contains('/') => wording::topic(url.path()),
        list => list.to_owned(),
    };
    let colon = if values.is_empty() { "" } else { ": " };
    let name = format!("{}{colon}{}", format::capital(&what), values.join(", "));
    name.chars().filter(|it| !it.is_control()).take(LONGEST_NAME).collect()
}

/// The kinds of event that can concern a subject, each with whether it is chosen.
fn kinds(subject: &Subject, choices: &Choices) -> Vec<(EventKind, &'static str, bool)> {
    let offered = subject.kinds();
    // What was chosen for something else chooses nothing here.
    let chosen = |kind: &EventKind| choices.kinds.contains(kind);
    let is_all = !offered.iter().any(chosen);
    let with_name = |kind| (kind, wording::kind(kind), is_all || chosen(&kind));
    offered.iter().copied().map(with_name).collect()
}

pub(crate) async fn edit(
    State(site): State<SharedSite>,
    who: LoggedIn,
    Path(id): Path<i64>,
) -> Answer {
    let account = who.account.id;
    let (found, lines, muted, feed, webhooks) = site
        .read(move |_, reader| {
            let found = monitor::monitor(reader, account, id)?;
            let mut lines = Vec::new();
            for event in monitor::matched(reader, account, Some(id), EVENTS)? {
                let mut topics = mutable(&event, &topics_of(reader, event.number)?);
                // To hear nothing of what is watched one stops the monitor.
                topics.retain(|topic| {
                    found.as_ref().is_some_and(|found| {
                        found.subject != *topic && !found.choices.muted.contains(topic)
                    })
                });
                let named = topics.into_iter().map(|topic| (wording::topic(&topic), topic));
                lines.push((Line::of(&event), named.map(|(name, it)| (it, name)).collect()));
            }
            let mut muted = found.as_ref().map(Muted::of).unwrap_or_default();
            for topic in &mut muted {
                topic.title = title_of(entity_at(reader, &topic.address)?).unwrap_or_default();
            }
            let feed = monitor::private_feed(reader, account, Some(id))?;
            Ok((found, lines, muted, feed, webhooks(reader, account)?))
        })
        .await?;
    let Some(Monitor { subject, choices, .. }) = found else { return Err(PageError::NotFound) };
    let parsed = watched(&subject)?;
    let kinds = kinds(&parsed, &choices);
    let preview = site.blocking(move |site| Preview::of(site, &parsed)).await?;
    let page = Page::private(&site, PATH, choices.name.clone());
    let webhooks = channels(webhooks);
    render(&Form {
        page,
        id: Some(id),
        subject,
        choices,
        webhooks,
        kinds,
        preview,
        lines,
        muted,
        feed,
    })
}

/// What a thing that can be muted is about.
fn title_of(entity: Option<Entity>) -> Option<String> {
    match entity? {
        Entity::Zaak(it) => it.onderwerp.or(it.titel),
        Entity::Kamerstukdossier(it) => it.titel,
        Entity::Activiteit(it) => it.onderwerp.or(it.soort),
        Entity::Document(it) => it.onderwerp.or(it.titel),
        Entity::Persoon(it) => Some(it.naam()),
        _ => None,
    }
}

/// What a form says of a monitor, as pairs: a kind of event may be there many times. What is muted and
/// whether it is stopped are said elsewhere.
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
    let subject = one("onderwerp").to_owned();
    // All is also what there will be later.
    let offered = watched(&subject)?.kinds();
    let is_all = offered.iter().all(|kind| kinds.contains(kind));
    let kinds = if is_all { Vec::new() } else { kinds };
    let at = minute(one("tijd")).unwrap_or(DEFAULT_MINUTE);
    let weekday = one("dag").parse().unwrap_or(1);
    let Some(frequency) = Frequency::parse(one("hoe-vaak"), weekday, at) else {
        return refuse("Kies hoe vaak u bericht wilt.");
    };
    let Some(channel) = Channel::parse(one("hoe")) else {
        return refuse("Kies hoe u bericht wilt.");
    };
    let quiet = minute(one("stil-van")).zip(minute(one("stil-tot")));
    let choices = Choices {
        name: name(one("naam"), &subject),
        kinds,
        channel,
        frequency,
        quiet: quiet.filter(|(from, until)| from != until),
        muted: Vec::new(),
        paused: false,
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
    site.blocking(move |site| {
        let known = monitor::monitor(&site.store.reader()?, account, id)?;
        let Choices { muted, paused, .. } = known.ok_or(PageError::NotFound)?.choices;
        let choices = Choices { muted, paused, ..choices };
        Ok(site.store.change_monitor(account, id, &choices)?)
    })
    .await?;
    Ok(Redirect::to(PATH).into_response())
}

/// Stops a monitor for now, or lets it go on.
pub(crate) async fn pause(
    State(site): State<SharedSite>,
    who: LoggedIn,
    Path(id): Path<i64>,
) -> Result<Response, PageError> {
    let account = who.account.id;
    site.blocking(move |site| {
        let found = monitor::monitor(&site.store.reader()?, account, id)?;
        let Some(found) = found else { return Err(PageError::NotFound) };
        Ok(site.store.pause_monitor(account, id, !found.choices.paused)?)
    })
    .await?;
    Ok(Redirect::to(PATH).into_response())
}

#[derive(Deserialize)]
struct Silence {
    /// The address of a page, or the number of a dossier or a zaak.
    #[serde(default)]
    over: String,
    /// `terug`: it is told of again.
    #[serde(default)]
    doe: String,
    /// `lijst`: to the list after this, and not to the monitor.
    #[serde(default)]
    naar: String,
}

/// Has a monitor be silent about a topic, or takes that back.
pub(crate) async fn mute(
    State(site): State<SharedSite>,
    who: LoggedIn,
    Path(id): Path<i64>,
    request: Request,
) -> Result<Response, PageError> {
    let wish = read_form::<Silence>(request).await?;
    let Some(topic) = topic(wish.over.trim()) else {
        let how = "Vul het nummer van een dossier in (zoals 36800-XVI), of dat van een zaak (zoals \
                   2025Z12297).";
        return Err(PageError::BadRequest(how.to_owned()));
    };
    let account = who.account.id;
    let muted = wish.doe != "terug";
    site.blocking(move |site| Ok(site.store.mute_topic(account, id, &topic, muted)?)).await?;
    let back = if wish.naar == "lijst" { PATH.to_owned() } else { format!("{PATH}/{id}#gedempt") };
    Ok(Redirect::to(&back).into_response())
}

/// The page that somebody means: its address, or the number of a dossier, a zaak, a document or an
/// activiteit.
fn topic(given: &str) -> Option<String> {
    if let Some(Subject::Page(page)) = Subject::parse(given) {
        return Some(page);
    }
    let number: String = given.chars().filter(|c| !c.is_whitespace()).collect();
    let kind = |letter: char| match letter {
        'Z' => Some("zaak"),
        'D' => Some("document"),
        'A' => Some("activiteit"),
        _ => None,
    };
    let number = number.to_ascii_uppercase();
    if let Some((year, rest)) = number.split_at_checked(4)
        && let Some(kind) = rest.chars().next().and_then(kind)
        && [year, rest.get(1..)?].iter().all(|part| part.bytes().all(|it| it.is_ascii_digit()))
    {
        return Some(format!("/{kind}/{number}"));
    }
    DossierNummer::parse(&number).map(|number| model::address::dossier(&number))
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
        ]))
        .unwrap();
        assert_eq!(subject, "/persoon/1");
        assert_eq!(choices.name, "Naam");
        assert_eq!(choices.kinds, [EventKind::Moved, EventKind::Cancelled]);
        assert_eq!(choices.frequency, Frequency::Weekly { weekday: 5, minute: 965 });
        assert_eq!(choices.quiet, Some((1320, 420)));
        assert_eq!(how(&choices), "mail, elke vrijdag om 16:05");
    }

    #[test]
    fn nothing_chosen_is_refused() {
        assert!(chosen(&fields(&[("hoe", "mail"), ("hoe-vaak", "once")])).is_err());
        let kind = ("gebeurtenis", "document");
        assert!(chosen(&fields(&[kind, ("hoe", "duif"), ("hoe-vaak", "once")])).is_err());
        assert!(chosen(&fields(&[kind, ("hoe", "mail"), ("hoe-vaak", "soms")])).is_err());
    }

    #[test]
    fn all_kinds_that_there_are_of_something_are_also_those_of_later() {
        let form = |kinds: &[&str]| {
            let mut form =
                vec![("onderwerp", "/toezeggingen"), ("hoe", "mail"), ("hoe-vaak", "once")];
            form.extend(kinds.iter().map(|kind| ("gebeurtenis", *kind)));
            chosen(&fields(&form)).unwrap().1.kinds
        };
        assert_eq!(form(&["toezegging", "verlopen", "nagekomen"]), []);
        assert_eq!(form(&["nagekomen"]), [EventKind::Fulfilled]);
    }

    #[test]
    fn what_is_to_be_muted_can_be_named_by_its_number() {
        for (given, page) in [
            ("/zaak/2025Z12297", "/zaak/2025Z12297"),
            ("2025z12297", "/zaak/2025Z12297"),
            ("36 800-XVI", "/dossier/36800-XVI"),
            ("36800", "/dossier/36800"),
            ("2025A05020", "/activiteit/2025A05020"),
        ] {
            assert_eq!(topic(given).as_deref(), Some(page), "{given}");
        }
        for none in ["", "zorg", "2025Zx", "/zoeken?q=x", "/documenten", "https://kwaad.nl"] {
            assert_eq!(topic(none), None, "{none}");
        }
    }

    #[test]
    fn what_was_given_no_name_is_called_by_what_was_chosen() {
        assert_eq!(usual_name("/documenten?soort=Motie&fractie=SP"), "Documenten: Motie, SP");
        assert_eq!(usual_name("/zoeken?q=huur%20zorg&volgorde=nieuw"), "Zoeken: huur zorg");
        assert_eq!(usual_name("/dossier/36800-XVI"), "Dossier 36800-XVI");
        assert_eq!(usual_name("/commissie/J&V"), "Commissie J&V");
    }
}
