//! The pages in a real browser: what only shows when they are laid out.

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use fantoccini::key::Key;
use fantoccini::wd::PrintConfiguration;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::json;

use crate::accounts::House;
use crate::post_office::Mood;
use crate::support::{PATIENCE, until_complete};

/// What a reader reads on.
struct Screen {
    /// In CSS pixels.
    width: u32,
    dark: bool,
    /// Whether pages may run scripts.
    script: bool,
}

/// A chromedriver on a port of its own.
struct Driver {
    process: Child,
    address: String,
}

impl Driver {
    fn start() -> Self {
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let process = Command::new("chromedriver")
            .arg(format!("--port={port}"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver is needed: ./test installs it");
        Self { process, address: format!("http://127.0.0.1:{port}") }
    }

    async fn browser(&self, screen: &Screen) -> Client {
        let Screen { width, dark, script } = *screen;
        let mut arguments = vec![
            "--headless".to_owned(),
            "--no-sandbox".into(),
            "--disable-gpu".into(),
            "--disable-quic".into(),
            "--no-first-run".into(),
            "--disable-background-networking".into(),
            "--disable-component-update".into(),
            "--disable-sync".into(),
            format!("--window-size={width},900"),
        ];
        if dark {
            arguments.push("--blink-settings=preferredColorScheme=0".into());
        }
        let mut options = json!({ "args": arguments });
        if !script {
            options["prefs"] = json!({ "profile.managed_default_content_settings.javascript": 2 });
        }
        if width < 500 {
            // A window cannot be made as narrow as a phone; a device can be.
            options["mobileEmulation"] =
                json!({ "deviceMetrics": { "width": width, "height": 800, "pixelRatio": 2.0 } });
        }
        let capabilities = json!({ "goog:chromeOptions": options });
        let until = Instant::now() + PATIENCE;
        loop {
            let connected = ClientBuilder::new(HttpConnector::new())
                .capabilities(capabilities.as_object().unwrap().clone())
                .connect(&self.address)
                .await;
            match connected {
                Ok(client) => return client,
                Err(error) if Instant::now() > until => panic!("no browser: {error}"),
                Err(_) => tokio::time::sleep(Duration::from_millis(100)).await,
            }
        }
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A page of every kind.
const PAGES: [&str; 46] = [
    "/",
    "/document/2019D53771",
    "/document/2025D29471",
    "/zaak/2025Z12297",
    "/zaak/2024Z11859",
    "/dossier/35373",
    "/dossier/36576",
    "/activiteit/2025A05020",
    "/activiteit/2025A04597",
    "/persoon/4959",
    "/persoon/99002",
    "/fractie/SP",
    "/fractie/50PLUS",
    "/commissie/VWS",
    "/ministerie/BZ",
    "/toezegging/TZ202506-122",
    "/stemming/b5382626-7c45-41ea-bb32-2f175cef7663",
    "/stemming/17becff8-6933-43d1-9dbc-4edbe9305d0e",
    "/verslag/cb1f7745-3650-4401-af45-e8b3ac5e8c1f",
    "/zoeken?q=defensie",
    "/zoeken?q=zorg&soort=document&fractie=SP&van=2025-06-01",
    "/zoeken?q=wanneer+wordt+er+gestemd+over+de+%22huurprijzen",
    "/zoeken?q=Ruslandstratgie",
    "/zoeken/gelijkend?adres=/document/2019D53771",
    "/zoeken",
    "/inloggen",
    "/wijzigingen",
    "/agendawijzigingen",
    "/status",
    "/wat-is-dit",
    "/begrippen",
    "/activiteiten",
    "/besluiten",
    "/commissies",
    "/documenten",
    "/dossiers",
    "/fracties",
    "/geschenken",
    "/kamerleden",
    "/ministeries",
    "/moties",
    "/nevenfuncties",
    "/stemmingen",
    "/toezeggingen",
    "/vragen",
    "/onbekend",
];

/// What only who is logged in sees.
const PRIVATE: [&str; 7] = [
    "/mijn",
    "/mijn/berichten",
    "/mijn/monitors",
    "/mijn/monitors/1",
    "/mijn/monitors/nieuw?onderwerp=/zaak/2019Z26157",
    "/mijn/monitors/nieuw?onderwerp=/zoeken%3Fq%3Dzorg",
    "/mijn/sessies",
];

/// Who looks at these pages.
const EMAIL: &str = "jan@voorbeeld.nl";

/// Has somebody watch something, and not want to hear of a part of it.
async fn watch_something(house: &House) {
    let visitor = house.logged_in(EMAIL).await;
    let monitor = [
        ("onderwerp", "/documenten"),
        ("naam", "Alle documenten"),
        ("hoe", "mail"),
        ("hoe-vaak", "daily"),
        ("gebeurtenis", "document"),
    ];
    visitor.post("/mijn/monitors", &monitor).await;
    visitor.post("/mijn/monitors/1/demp", &[("over", "36800-XVI")]).await;
    visitor.post("/mijn/adres", &[("wat", "nieuw"), ("monitor", "1")]).await;
}

/// Logs in as who types the code over from the mail: the one that comes as number `mail`.
async fn log_in(browser: &Client, house: &House, mail: usize) {
    browser.goto(&format!("{}/inloggen", house.site)).await.unwrap();
    let enter = Key::Enter.to_string();
    let email = browser.wait().for_element(Locator::Css("#email")).await.unwrap();
    email.send_keys(&format!("{EMAIL}{enter}")).await.unwrap();
    let code = browser.wait().for_element(Locator::Css("#code")).await.unwrap();
    let digits = house.office.wait_for(EMAIL, mail).await.code();
    code.send_keys(&format!("{digits}{enter}")).await.unwrap();
    browser.wait().for_element(Locator::Css("a[href='/mijn/sessies']")).await.unwrap();
}

/// axe-core: see its README.
const AXE: &str = include_str!("../axe/axe.min.js");

/// What axe-core finds against rules with these tags. The headings in a text are those of the paper.
const AGAINST: &str = r#"
    const [tags, done] = arguments;
    const options = { runOnly: { type: 'tag', values: tags }, resultTypes: ['violations'], elementRef: true };
    const ours = (rule, node) => rule !== 'heading-order' || !node.element.closest('.prose');
    axe.run(document, options).then(found => done(found.violations.flatMap(({ id, nodes }) => {
        const wrong = nodes.filter(node => ours(id, node)).slice(0, 3);
        return wrong.map(node => `${id}: ${node.target} ${node.failureSummary}`);
    }))).catch(error => done(['axe failed: ' + error]));
"#;

/// WCAG 2.2 A and AA, and axe-core's own good practices.
const WCAG: &[&str] = &["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
/// What may differ in the dark: contrast is among the rules of level AA.
const IN_THE_DARK: &[&str] = &["wcag2aa"];

/// What stands outside of the screen's width.
const TOO_WIDE: &str = r#"
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    return [...document.querySelectorAll('body *')]
        .filter(element => element.getBoundingClientRect().right > width + 1 && !element.closest('.scroll'))
        .map(element => element.tagName + '.' + element.className).slice(0, 5)
        .concat(`${document.documentElement.scrollWidth} > ${width}`);
"#;

/// What axe-core does not look for.
const NOT_NAMED: &str = r#"
    const missing = [];
    if (document.documentElement.lang !== 'nl') missing.push('lang');
    const ids = [...document.querySelectorAll('[id]')].map(element => element.id);
    const twice = ids.filter((id, place) => ids.indexOf(id) !== place);
    return missing.concat(twice.map(id => 'id twice: ' + id));
"#;

async fn complaints(browser: &Client, script: &str) -> Vec<String> {
    let found = browser.execute(script, Vec::new()).await.unwrap();
    serde_json::from_value(found).unwrap()
}

async fn against(browser: &Client, tags: &[&str]) -> Vec<String> {
    browser.execute(AXE, Vec::new()).await.unwrap();
    let found = browser.execute_async(AGAINST, vec![json!(tags)]).await.unwrap();
    serde_json::from_value(found).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pages_can_be_read_on_every_screen_and_used_by_keyboard() {
    let house = House::open_with(Mood::Kind, &["--drip=0"]).await;
    let site = house.site.clone();
    until_complete(&site).await;
    watch_something(&house).await;
    let mut mails = 1;

    let driver = Driver::start();
    let mut wrong = Vec::new();
    for (width, dark) in [(1280, false), (1280, true), (360, false)] {
        let browser = driver.browser(&Screen { width, dark, script: true }).await;
        for page in PAGES.into_iter().chain(PRIVATE) {
            if page == PRIVATE[0] {
                mails += 1;
                log_in(&browser, &house, mails).await;
            }
            browser.goto(&format!("{site}{page}")).await.unwrap();
            let mut found = complaints(&browser, TOO_WIDE).await;
            found.extend(complaints(&browser, NOT_NAMED).await);
            found.extend(against(&browser, if dark { IN_THE_DARK } else { WCAG }).await);
            let place = format!("{page} at {width}, dark: {dark}");
            wrong.extend(found.into_iter().map(|what| format!("{place}: {what}")));
        }
        if dark {
            let background = "return getComputedStyle(document.documentElement).backgroundColor";
            let colour = browser.execute(background, Vec::new()).await.unwrap();
            assert_eq!(colour, "rgb(22, 24, 27)", "the dark colours are in use");
        }
        browser.close().await.unwrap();
    }

    assert!(wrong.is_empty(), "{}", wrong.join("\n"));

    let browser = driver.browser(&Screen { width: 1280, dark: false, script: true }).await;
    by_keyboard_to_a_result(&browser, &site).await;
    by_keyboard_every_stop_shows(&browser, &site).await;
    by_keyboard_to_who_voted_what(&browser, &site).await;
    to_a_note_and_back(&browser, &site).await;
    on_paper_without_the_menu(&browser, &site).await;
    browser.close().await.unwrap();

    without_script(&driver, &site).await;
}

/// Each stop of the Tab key is visible and has an outline.
async fn by_keyboard_every_stop_shows(browser: &Client, site: &str) {
    const STOP: &str = r#"
        const at = document.activeElement;
        const style = getComputedStyle(at);
        const box = at.getBoundingClientRect();
        const seen = box.width > 0 && box.right > 0 && box.top < innerHeight && box.bottom > 0;
        // Within a date the browser itself marks the part that has the focus.
        const outlined = at.type === 'date'
            || (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2);
        return at === document.body || (seen && outlined) ? [] : [at.outerHTML.slice(0, 80)];
    "#;
    for page in ["/fractie/SP", "/commissie/VWS", "/stemmingen"] {
        browser.goto(&format!("{site}{page}")).await.unwrap();
        let body = browser.find(Locator::Css("body")).await.unwrap();
        body.send_keys(&Key::Tab.to_string()).await.unwrap();
        for stop in 1..25 {
            assert_eq!(complaints(browser, STOP).await, [""; 0], "stop {stop} on {page}");
            let focused = browser.active_element().await.unwrap();
            focused.send_keys(&Key::Tab.to_string()).await.unwrap();
        }
    }
}

async fn by_keyboard_to_who_voted_what(browser: &Client, site: &str) {
    browser.goto(&format!("{site}/stemming/b5382626-7c45-41ea-bb32-2f175cef7663")).await.unwrap();
    let names = browser.find(Locator::Css(".voted .stem a")).await.unwrap();
    assert!(!names.is_displayed().await.unwrap());
    let summary = browser.find(Locator::Css(".voted summary")).await.unwrap();
    summary.send_keys(&Key::Enter.to_string()).await.unwrap();
    assert!(names.is_displayed().await.unwrap());
}

/// What a printer gets: the text, and nothing to click on.
async fn on_paper_without_the_menu(browser: &Client, site: &str) {
    browser.goto(&format!("{site}/zaak/2025Z12297")).await.unwrap();
    let paper = browser.print(PrintConfiguration::default()).await.unwrap();
    let text = content::extract(&paper).unwrap();
    let content::Content::Prose(prose) = text.content else { panic!("no text on paper") };
    let text = prose.plain_text();
    assert!(text.contains("Oordeel van het kabinet"), "{text}");
    for of_the_screen in ["Naar de inhoud", "Zoek op woorden", "Hoe actueel is dit?", "Overzicht"] {
        assert!(!text.contains(of_the_screen), "{of_the_screen} in {text}");
    }
}

/// Every page says the same to who allows no script.
async fn without_script(driver: &Driver, site: &str) {
    let with = driver.browser(&Screen { width: 1280, dark: false, script: true }).await;
    let without = driver.browser(&Screen { width: 1280, dark: false, script: false }).await;
    for page in PAGES {
        let mut said = Vec::new();
        for browser in [&with, &without] {
            browser.goto(&format!("{site}{page}")).await.unwrap();
            let main = browser.find(Locator::Css("main")).await.unwrap();
            said.push(main.text().await.unwrap());
        }
        assert!(said[0].len() > 20, "{page}");
        // What was searched before is known to a script alone, and the time of the last look goes on.
        if !["/zoeken", "/status"].contains(&page) {
            let first = |text: &String| text.lines().next().map(str::to_owned);
            assert_eq!(first(&said[0]), first(&said[1]), "{page}");
            let shorter = said[0].len().min(said[1].len());
            assert!(shorter * 10 > said[0].len().max(said[1].len()) * 9, "{page}");
        }
    }
    with.close().await.unwrap();
    without.close().await.unwrap();
}

async fn by_keyboard_to_a_result(browser: &Client, site: &str) {
    browser.goto(&format!("{site}/")).await.unwrap();
    // The first stop of the Tab key is the way past the menu.
    let body = browser.find(Locator::Css("body")).await.unwrap();
    body.send_keys(&Key::Tab.to_string()).await.unwrap();
    let focused = browser.active_element().await.unwrap();
    assert_eq!(focused.text().await.unwrap(), "Naar de inhoud");

    let search = browser.find(Locator::Id("q")).await.unwrap();
    search.send_keys(&format!("ruslandstrategie{}", Key::Enter)).await.unwrap();
    let hit = browser.wait().for_element(Locator::Css(".hits h2 a")).await.unwrap();
    hit.click().await.unwrap();
    browser.wait().for_element(Locator::Css(".prose")).await.unwrap();
    let title = browser.title().await.unwrap();
    assert!(title.contains("Ruslandstrategie"), "{title}");
}

async fn to_a_note_and_back(browser: &Client, site: &str) {
    browser.goto(&format!("{site}/document/2019D53771")).await.unwrap();
    browser.find(Locator::Css("#bij-noot-1")).await.unwrap().click().await.unwrap();
    assert!(browser.current_url().await.unwrap().as_str().ends_with("#noot-1"));
    browser.find(Locator::Css("#noot-1 .back")).await.unwrap().click().await.unwrap();
    assert!(browser.current_url().await.unwrap().as_str().ends_with("#bij-noot-1"));
}
