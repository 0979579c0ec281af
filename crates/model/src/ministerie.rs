//! The ministries. They are no entities upstream: a minister's `functie` ("minister van
//! Volksgezondheid, Welzijn en Sport") or a toezegging's `ministerie` is all there is. What such a text
//! means is told here, and nowhere else.
//!
//! A ministry that got another name stays the same ministry: its address is the short name that it has
//! now, and its former names lead there. Where a portfolio has no ministry of its own ("minister voor
//! Rechtsbescherming"), it is that of the ministry in which the minister sat.

/// A ministry, through all its names.
#[derive(Debug, PartialEq, Eq)]
pub struct Ministerie {
    /// Its short name now, also in addresses: `VWS`.
    pub afkorting: &'static str,
    /// Its name now: `Volksgezondheid, Welzijn en Sport`.
    pub naam: &'static str,
    /// The year in which it ceased to be; none for one that is there.
    pub opgeheven: Option<i16>,
    /// Its former names, the latest first.
    pub voorheen: &'static [Voorheen],
    /// Other short names in use, and portfolios of ministers and state secretaries that do not name it.
    portefeuilles: &'static [&'static str],
}

/// A former name of a ministry.
#[derive(Debug, PartialEq, Eq)]
pub struct Voorheen {
    /// Its short name then.
    pub afkorting: &'static str,
    /// Its name then.
    pub naam: &'static str,
    /// The year in which it got the next name.
    pub tot: i16,
}

const fn now(
    afkorting: &'static str,
    naam: &'static str,
    voorheen: &'static [Voorheen],
    portefeuilles: &'static [&'static str],
) -> Ministerie {
    Ministerie { afkorting, naam, opgeheven: None, voorheen, portefeuilles }
}

const fn until(tot: i16, afkorting: &'static str, naam: &'static str) -> Voorheen {
    Voorheen { afkorting, naam, tot }
}

/// Every ministry since 2008, in the order of the House's lists: those that are there by name, then
/// those that are not.
pub static MINISTERIES: &[Ministerie] = &[
    now("AZ", "Algemene Zaken", &[], &[]),
    now("AenM", "Asiel en Migratie", &[], &["A&M"]),
    now(
        "BZK",
        "Binnenlandse Zaken en Koninkrijksrelaties",
        &[],
        &[
            "BiZa",
            "Binnenlandse Zaken",
            "Bestuurlijke Vernieuwing en Koninkrijksrelaties",
            "Digitalisering",
            "Herstel Groningen",
            "Immigratie en Asiel",
            "Immigratie, Integratie en Asiel",
            "Koninkrijksrelaties",
            "Milieu en Wonen",
            "Wonen en Rijksdienst",
            // Until 2024 a minister in BZK; the minister *of* it has a ministry.
            "voor Volkshuisvesting en Ruimtelijke Ordening",
        ],
    ),
    now(
        "BZ",
        "Buitenlandse Zaken",
        &[],
        &[
            "BuZa",
            "BuHa",
            "BHO",
            "BHOS",
            "Buitenlandse Handel",
            "Buitenlandse Handel en Ontwikkelingshulp",
            "Buitenlandse Handel en Ontwikkelingssamenwerking",
            "Europese Zaken",
            "Ontwikkelingssamenwerking",
        ],
    ),
    now("DEF", "Defensie", &[], &[]),
    now(
        "EZ",
        "Economische Zaken",
        &[
            until(2024, "EZK", "Economische Zaken en Klimaat"),
            until(2017, "EZ", "Economische Zaken"),
            until(2012, "EL&I", "Economische Zaken, Landbouw en Innovatie"),
            until(2010, "EZ", "Economische Zaken"),
        ],
        &["ELI", "EL", "Klimaat en Energie", "Mijnbouw"],
    ),
    now(
        "FIN",
        "Financiën",
        &[],
        &[
            "Financien",
            "Fiscaliteit en Belastingdienst",
            "Fiscaliteit, Belastingdienst en Douane",
            "Herstel en Toeslagen",
            "Toeslagen",
            "Toeslagen en Douane",
        ],
    ),
    now(
        "IenW",
        "Infrastructuur en Waterstaat",
        &[
            until(2017, "IenM", "Infrastructuur en Milieu"),
            until(2010, "VenW", "Verkeer en Waterstaat"),
        ],
        &["I&W", "I&M", "IM", "V&W", "Openbaar Vervoer en Milieu"],
    ),
    now(
        "JenV",
        "Justitie en Veiligheid",
        &[until(2017, "VenJ", "Veiligheid en Justitie"), until(2010, "JUS", "Justitie")],
        &["J&V", "V&J", "Rechtsbescherming"],
    ),
    now("KGG", "Klimaat en Groene Groei", &[], &[]),
    now(
        "LVVN",
        "Landbouw, Visserij, Voedselzekerheid en Natuur",
        &[
            until(2024, "LNV", "Landbouw, Natuur en Voedselkwaliteit"),
            // From 2010 to 2017 it was part of Economische Zaken.
            until(2010, "LNV", "Landbouw, Natuur en Voedselkwaliteit"),
        ],
        &["Natuur en Stikstof"],
    ),
    now(
        "OCW",
        "Onderwijs, Cultuur en Wetenschap",
        &[],
        &[
            "Basis- en Voortgezet Onderwijs en Media",
            "Cultuur en Media",
            "Funderend Onderwijs en Emancipatie",
            "Primair en Voortgezet Onderwijs",
            "Voortgezet Onderwijs en Emancipatie",
        ],
    ),
    now(
        "SZW",
        "Sociale Zaken en Werkgelegenheid",
        &[],
        &["Armoedebeleid, Participatie en Pensioenen", "Participatie en Integratie"],
    ),
    now("VRO", "Volkshuisvesting en Ruimtelijke Ordening", &[], &[]),
    now(
        "VWS",
        "Volksgezondheid, Welzijn en Sport",
        &[],
        &[
            "Jeugd en Gezin",
            "Jeugd, Preventie en Sport",
            "JPS",
            "Langdurige en Maatschappelijke Zorg",
            "Langdurige Zorg",
            "Langdurige Zorg en Sport",
            "LZS",
            "Medische Zorg",
            "Medische Zorg en Sport",
        ],
    ),
    Ministerie {
        opgeheven: Some(2010),
        ..now(
            "VROM",
            "Volkshuisvesting, Ruimtelijke Ordening en Milieubeheer",
            &[],
            &["Wonen, Wijken en Integratie", "WWI"],
        )
    },
];

impl Ministerie {
    /// The ministry that a function or a name speaks of: "minister van Volksgezondheid, Welzijn en
    /// Sport", "staatssecretaris Rechtsbescherming", "minister-president, minister van Algemene
    /// Zaken", "ministerie van VWS", "Veiligheid en Justitie". None for anybody else, such as a minister
    /// of another country of the Kingdom.
    pub fn of(text: &str) -> Option<&'static Self> {
        let name = office(text);
        let bare = name.strip_prefix("voor ").or(name.strip_prefix("van ")).unwrap_or(name);
        let mut best: Option<(usize, &'static Self)> = None;
        for ministerie in MINISTERIES {
            for known in ministerie.known_as() {
                let said = if known.starts_with("voor ") { name } else { bare };
                let longer = best.is_none_or(|(length, _)| known.len() > length);
                if longer && begins_with(said, known) {
                    best = Some((known.len(), ministerie));
                }
            }
        }
        best.map(|(_, ministerie)| ministerie)
    }

    /// The ministry with this short name, now or formerly, in any case; one that has it now goes before
    /// one that had it.
    pub fn with_afkorting(afkorting: &str) -> Option<&'static Self> {
        let is = |known: &str| known.eq_ignore_ascii_case(afkorting);
        MINISTERIES.iter().find(|it| is(it.afkorting)).or_else(|| {
            MINISTERIES.iter().find(|it| {
                it.voorheen.iter().any(|voorheen| is(voorheen.afkorting))
                    || it.portefeuilles.iter().any(|other| is(other) && is_afkorting(other))
            })
        })
    }

    /// The names, short names and portfolios by which it is or was known, as texts upstream give them.
    pub fn known_as(&self) -> impl Iterator<Item = &'static str> {
        let Self { afkorting, naam, voorheen, portefeuilles, .. } = *self;
        let former = voorheen.iter().flat_map(|it| [it.naam, it.afkorting]);
        [naam, afkorting].into_iter().chain(former).chain(portefeuilles.iter().copied())
    }
}

/// What stands behind the office: `van Financiën` of "de minister van Financiën". The text itself
/// where no office is named.
fn office(text: &str) -> &str {
    const OFFICES: [&str; 4] = ["minister ", "staatssecretaris ", "ministerie ", "ministers "];
    let behind = OFFICES
        .iter()
        .filter_map(|office| {
            // An office in capitals at the start of a text is one as well.
            let at = text.to_ascii_lowercase().rfind(office)?;
            text.get(at + office.len()..)
        })
        .min_by_key(|rest| rest.len());
    behind.unwrap_or(text).trim()
}

/// Whether a text begins with a name, as whole words, of which no country follows.
fn begins_with(text: &str, name: &str) -> bool {
    let Some(start) = text.get(..name.len()) else { return false };
    let same = if is_afkorting(name) { start == name } else { start.eq_ignore_ascii_case(name) };
    let rest = text.get(name.len()..).unwrap_or_default();
    same && !rest.starts_with(|next: char| next.is_alphanumeric() || next == '-' || next == '&')
        && !rest.starts_with(" van ")
}

/// Whether a name is a short one: VWS, IenW, I&M.
fn is_afkorting(name: &str) -> bool {
    !name.contains(' ') && name.chars().filter(char::is_ascii_uppercase).count() > 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Option<&'static str> {
        Ministerie::of(text).map(|it| it.afkorting)
    }

    #[test]
    fn a_function_tells_the_ministry() {
        for (functie, afkorting) in [
            ("minister van Volksgezondheid, Welzijn en Sport", "VWS"),
            ("minister-president, minister van Algemene Zaken", "AZ"),
            ("minister van Sociale Zaken en Werkgelegenheid, viceminister-president", "SZW"),
            ("staatssecretaris Fiscaliteit, Belastingdienst en Douane", "FIN"),
            ("staatssecretaris van Justitie en Veiligheid (Rechtsbescherming)", "JenV"),
            ("staatssecretaris Rechtsbescherming", "JenV"),
            ("de Minister voor Medische Zorg", "VWS"),
            ("minister van EZK", "EZ"),
            ("Ministerie van Veiligheid en Justitie", "JenV"),
            ("Economische Zaken, Landbouw en Innovatie", "EZ"),
            ("minister van Klimaat en Groene Groei", "KGG"),
            ("minister voor Klimaat en Energie", "EZ"),
        ] {
            assert_eq!(of(functie), Some(afkorting), "{functie}");
        }
    }

    #[test]
    fn names_that_begin_alike_are_told_apart() {
        assert_eq!(of("minister van Justitie"), Some("JenV"));
        assert_eq!(of("minister van Volkshuisvesting en Ruimtelijke Ordening"), Some("VRO"));
        assert_eq!(of("minister voor Volkshuisvesting en Ruimtelijke Ordening"), Some("BZK"));
        assert_eq!(
            of("minister van Volkshuisvesting, Ruimtelijke Ordening en Milieubeheer"),
            Some("VROM")
        );
        assert_eq!(of("minister van Binnenlandse Zaken en Koninkrijksrelaties"), Some("BZK"));
        assert_eq!(of("minister voor Buitenlandse Handel en Ontwikkelingshulp"), Some("BZ"));
    }

    #[test]
    fn what_is_no_ministry_of_the_netherlands() {
        for text in [
            "lid Tweede Kamer",
            "minister-president van Aruba",
            "gevolmachtigde minister van Curaçao",
            "minister van Justitie van Sint Maarten",
            "Defensieraad",
            "ministerie",
            "",
        ] {
            assert_eq!(of(text), None, "{text}");
        }
    }

    #[test]
    fn a_short_name_means_the_present_ministry() {
        let with = |text| Ministerie::with_afkorting(text).map(|it| it.afkorting);
        assert_eq!(with("vws"), Some("VWS"));
        assert_eq!(with("LNV"), Some("LVVN"), "a former name");
        assert_eq!(with("EZ"), Some("EZ"));
        assert_eq!(with("EL&I"), Some("EZ"));
        assert_eq!(with("VROM"), Some("VROM"), "abolished");
        assert_eq!(with("Mijnbouw"), None, "no short name");
        assert_eq!(with("XYZ"), None);
    }

    #[test]
    fn each_short_name_belongs_to_one_ministry() {
        let mut short: Vec<&str> = MINISTERIES.iter().map(|it| it.afkorting).collect();
        short.sort_unstable();
        short.dedup();
        assert_eq!(short.len(), MINISTERIES.len());
        for ministerie in MINISTERIES {
            assert_eq!(of(ministerie.naam), Some(ministerie.afkorting));
        }
    }
}
