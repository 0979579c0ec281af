//! The pages in a real browser: what only shows when they are laid out.

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use fantoccini::key::Key;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::json;

use crate::support::{PATIENCE, Running, until_complete};

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

    async fn browser(&self, width: u32, dark: bool) -> Client {
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

const PAGES: [&str; 15] = [
    "/",
    "/document/2019D53771",
    "/document/2025D29471",
    "/zaak/2025Z12297",
    "/dossier/35373",
    "/activiteit/2025A05020",
    "/persoon/4959",
    "/verslag/cb1f7745-3650-4401-af45-e8b3ac5e8c1f",
    "/activiteiten",
    "/vragen",
    "/stemmingen",
    "/kamerleden",
    "/ministeries",
    "/zoeken?q=defensie",
    "/status",
];

/// Texts whose contrast with what is behind them is below 4.5 to 1 (WCAG 2.2 AA), large ones 3 to 1.
const POOR_CONTRAST: &str = r#"
    const channel = value => (value /= 255) <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    const parse = colour => colour.match(/[\d.]+/g).map(Number);
    const luminance = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
    const behind = element => {
        for (let at = element; at; at = at.parentElement) {
            const colour = parse(getComputedStyle(at).backgroundColor);
            if (colour.length < 4 || colour[3] > 0) return colour;
        }
        return [255, 255, 255];
    };
    const poor = new Set();
    for (const element of document.querySelectorAll('body *')) {
        const own = [...element.childNodes].some(node => node.nodeType === 3 && node.textContent.trim());
        if (!own || !element.checkVisibility() || element.closest('svg')) continue;
        const style = getComputedStyle(element);
        const [light, dark] = [luminance(parse(style.color)), luminance(behind(element))].sort((a, b) => b - a);
        const ratio = (light + 0.05) / (dark + 0.05);
        const large = parseFloat(style.fontSize) >= 24;
        if (ratio < (large ? 3 : 4.5)) poor.add(`${element.tagName}.${element.className} ${ratio.toFixed(2)}`);
    }
    return [...poor];
"#;

/// What stands outside of the screen's width.
const TOO_WIDE: &str = r#"
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    return [...document.querySelectorAll('body *')]
        .filter(element => element.getBoundingClientRect().right > width + 1 && !element.closest('.scroll'))
        .map(element => element.tagName + '.' + element.className).slice(0, 5)
        .concat(`${document.documentElement.scrollWidth} > ${width}`);
"#;

/// What a screen reader needs and does not find.
const NOT_NAMED: &str = r#"
    const missing = [];
    if (document.documentElement.lang !== 'nl') missing.push('lang');
    if (document.querySelectorAll('h1').length !== 1) missing.push('one h1');
    for (const landmark of ['header', 'main', 'footer', 'nav']) if (!document.querySelector(landmark)) missing.push(landmark);
    for (const link of document.querySelectorAll('a')) {
        if (!(link.getAttribute('aria-label') || link.textContent).trim()) missing.push('link to ' + link.getAttribute('href'));
    }
    for (const input of document.querySelectorAll('input')) if (!input.labels.length) missing.push('label of ' + input.name);
    let level = 0;
    for (const heading of document.querySelectorAll('h1, h2, h3, h4, h5, h6')) {
        const next = Number(heading.tagName[1]);
        if (next > level + 1 && !heading.closest('.prose')) missing.push('a level before ' + heading.textContent);
        level = next;
    }
    const ids = [...document.querySelectorAll('[id]')].map(element => element.id);
    const twice = ids.filter((id, place) => ids.indexOf(id) !== place);
    return missing.concat(twice.map(id => 'id twice: ' + id));
"#;

async fn complaints(browser: &Client, script: &str) -> Vec<String> {
    let found = browser.execute(script, Vec::new()).await.unwrap();
    serde_json::from_value(found).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pages_can_be_read_on_every_screen_and_used_by_keyboard() {
    let folder = tempfile::tempdir().unwrap();
    let mut running = Running::start(folder.path(), &["up", "--demo", "--listen", "127.0.0.1:0"]);
    let site = running.site();
    until_complete(&site).await;

    let driver = Driver::start();
    for (width, dark) in [(1280, false), (1280, true), (360, false)] {
        let browser = driver.browser(width, dark).await;
        for page in PAGES {
            browser.goto(&format!("{site}{page}")).await.unwrap();
            let place = format!("{page} at {width}, dark: {dark}");
            assert_eq!(complaints(&browser, POOR_CONTRAST).await, [""; 0], "contrast on {place}");
            assert_eq!(complaints(&browser, TOO_WIDE).await, [""; 0], "width of {place}");
            assert_eq!(complaints(&browser, NOT_NAMED).await, [""; 0], "names on {place}");
        }
        if dark {
            let background = "return getComputedStyle(document.documentElement).backgroundColor";
            let colour = browser.execute(background, Vec::new()).await.unwrap();
            assert_eq!(colour, "rgb(22, 24, 27)", "the dark colours are in use");
        }
        browser.close().await.unwrap();
    }

    let browser = driver.browser(1280, false).await;
    by_keyboard_to_a_result(&browser, &site).await;
    to_a_note_and_back(&browser, &site).await;
    browser.close().await.unwrap();
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
