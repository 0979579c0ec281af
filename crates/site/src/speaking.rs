//! Speaking time in a meeting, as a table with a bar per line.

use std::collections::HashMap;

use content::speaking::{Role, SpeakingTime};
use content::transcript::Transcript;
use model::address;
use store::read::verslag::Links;

use crate::transcript::spoken_name;

/// Who spoke for how long.
#[derive(Default)]
pub(crate) struct Speaking {
    /// Per person, longest first.
    pub(crate) persons: Vec<Line>,
    /// Per party, and the government as one, longest first.
    pub(crate) parties: Vec<Line>,
    /// All together.
    pub(crate) total: Line,
}

/// The time of a person or a party.
#[derive(Default, Clone, Debug)]
pub(crate) struct Line {
    pub(crate) name: String,
    /// The page of the person, if it is certain who it is.
    pub(crate) address: Option<String>,
    /// Party, or function of who has none.
    pub(crate) party: Option<String>,
    /// Seconds with the floor.
    pub(crate) speaker: u64,
    /// Seconds of interruptions.
    pub(crate) interrupter: u64,
    /// Seconds in the chair.
    pub(crate) chair: u64,
    /// All of these.
    pub(crate) total: u64,
    /// The width of the whole bar, in seconds: of the longest line. At least 1.
    pub(crate) scale: u64,
}

impl Line {
    fn add(&mut self, time: &SpeakingTime) {
        let role = match time.role {
            Role::Speaker => &mut self.speaker,
            Role::Interrupter => &mut self.interrupter,
            Role::Chair => &mut self.chair,
        };
        *role += time.seconds;
        self.total += time.seconds;
    }
}

/// The speaking time in a meeting; nothing if nobody's time is known.
pub(crate) fn speaking(transcript: &Transcript, links: &Links) -> Option<Speaking> {
    let mut speaking = Speaking::default();
    let mut persons = Lines::default();
    let mut parties = Lines::default();
    for time in transcript.speaking_times() {
        let spreker = &time.spreker;
        let name = spreker.name();
        let party = spreker.fractie.clone().or_else(|| spreker.functie.clone());
        let persoon = links.personen.get(&spoken_name(spreker));
        let key = format!("{name}\n{}", spreker.fractie.as_deref().unwrap_or_default());
        let line = persons.line(&key);
        line.name = name;
        line.party = line.party.take().or(party);
        line.address = persoon.map(|nummer| address::persoon(nummer));
        line.add(&time);
        let group = match (&spreker.fractie, spreker.is_government()) {
            (Some(fractie), _) => fractie.as_str(),
            (None, true) => "Kabinet",
            (None, false) => "Overigen",
        };
        let line = parties.line(group);
        line.name = group.to_owned();
        line.add(&time);
        speaking.total.add(&time);
    }
    speaking.persons = persons.sorted();
    speaking.parties = parties.sorted();
    (speaking.total.total > 0).then_some(speaking)
}

#[derive(Default)]
struct Lines {
    lines: Vec<Line>,
    places: HashMap<String, usize>,
}

impl Lines {
    fn line(&mut self, key: &str) -> &mut Line {
        let next = self.lines.len();
        let place = *self.places.entry(key.to_owned()).or_insert(next);
        if place == next {
            self.lines.push(Line::default());
        }
        &mut self.lines[place]
    }

    fn sorted(mut self) -> Vec<Line> {
        self.lines.sort_by_key(|line| std::cmp::Reverse(line.total));
        let scale = self.lines.first().map_or(1, |line| line.total.max(1));
        self.lines.iter_mut().for_each(|line| line.scale = scale);
        self.lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_has_one_line_and_a_party_the_sum_of_its_members() {
        let speech = |name: &str, party: &str, element: &str, chair: bool, to: &str| {
            format!(
                "<{element}><spreker soort='Tweede Kamerlid'><fractie>{party}</fractie><voornaam>A.\
                 </voornaam><achternaam>{name}</achternaam></spreker><markeertijdbegin>\
                 2025-07-02T10:00:00</markeertijdbegin><markeertijdeind>2025-07-02T10:{to}\
                 </markeertijdeind><isvoorzitter>{chair}</isvoorzitter></{element}>"
            )
        };
        let file = format!(
            "<vlosCoreDocument><vergadering><titel>T</titel>{}{}{}<woordvoerder><spreker \
             soort='Minister'><voornaam>B.</voornaam><achternaam>Bakker</achternaam><functie>minister \
             van Financiën</functie></spreker><markeertijdbegin>2025-07-02T10:00:00</markeertijdbegin>\
             <markeertijdeind>2025-07-02T10:05:00</markeertijdeind></woordvoerder></vergadering>\
             </vlosCoreDocument>",
            speech("Jansen", "SP", "woordvoerder", false, "02:00"),
            speech("Jansen", "SP", "interrumpant", false, "00:30"),
            speech("Pieters", "SP", "woordvoerder", true, "00:10"),
        );
        let transcript = Transcript::parse(file.as_bytes()).unwrap();
        let speaking = speaking(&transcript, &Links::default()).unwrap();
        let persons: Vec<_> = speaking
            .persons
            .iter()
            .map(|line| {
                (line.name.as_str(), line.speaker, line.interrupter, line.chair, line.scale)
            })
            .collect();
        assert_eq!(
            persons,
            [
                ("B. Bakker", 300, 0, 0, 300),
                ("A. Jansen", 120, 30, 0, 300),
                ("A. Pieters", 0, 0, 10, 300)
            ]
        );
        assert_eq!(speaking.persons[0].party.as_deref(), Some("minister van Financiën"));
        let parties: Vec<_> =
            speaking.parties.iter().map(|line| (line.name.as_str(), line.total)).collect();
        assert_eq!(parties, [("Kabinet", 300), ("SP", 160)]);
        assert_eq!(speaking.total.total, 460);
    }
}
