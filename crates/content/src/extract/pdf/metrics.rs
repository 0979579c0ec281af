//! How wide the characters of the fonts are that every reader of PDF is expected to have, for files that
//! do not say it: the space to the next character tells where words end. From Adobe's metrics of the
//! fourteen core fonts (AFM), in thousandths of the font size, for U+0020 to U+007E.

const FIRST: u32 = 0x20;

const HELVETICA: [u16; 95] = [
    278, 278, 355, 556, 556, 889, 667, 222, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556,
    556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667,
    611, 778, 722, 278, 500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667,
    667, 611, 278, 278, 278, 469, 556, 222, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500,
    222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
];
const HELVETICA_BOLD: [u16; 95] = [
    278, 333, 474, 556, 556, 889, 722, 278, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556,
    556, 556, 556, 556, 556, 556, 556, 333, 333, 584, 584, 584, 611, 975, 722, 722, 722, 722, 667,
    611, 778, 722, 278, 556, 722, 611, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667,
    667, 611, 333, 278, 333, 584, 556, 278, 556, 611, 556, 611, 556, 333, 611, 611, 278, 278, 556,
    278, 889, 611, 611, 611, 611, 389, 556, 333, 611, 556, 778, 556, 556, 500, 389, 280, 389, 584,
];
const TIMES: [u16; 95] = [
    250, 333, 408, 500, 500, 833, 778, 333, 333, 333, 500, 564, 250, 333, 250, 278, 500, 500, 500,
    500, 500, 500, 500, 500, 500, 500, 278, 278, 564, 564, 564, 444, 921, 722, 667, 667, 722, 611,
    556, 722, 722, 333, 389, 722, 611, 889, 722, 722, 556, 722, 667, 556, 611, 722, 722, 944, 722,
    722, 611, 333, 278, 333, 469, 500, 333, 444, 500, 444, 500, 444, 333, 500, 500, 278, 278, 500,
    278, 778, 500, 500, 500, 500, 333, 389, 278, 500, 500, 722, 500, 500, 444, 480, 200, 480, 541,
];
const TIMES_BOLD: [u16; 95] = [
    250, 333, 555, 500, 500, 1000, 833, 333, 333, 333, 500, 570, 250, 333, 250, 278, 500, 500, 500,
    500, 500, 500, 500, 500, 500, 500, 333, 333, 570, 570, 570, 500, 930, 722, 667, 722, 722, 667,
    611, 778, 778, 389, 500, 778, 667, 944, 722, 778, 611, 778, 722, 556, 667, 722, 722, 1000, 722,
    722, 667, 333, 278, 333, 581, 500, 333, 500, 556, 444, 556, 444, 333, 500, 556, 278, 333, 556,
    278, 833, 556, 500, 556, 556, 444, 389, 333, 556, 500, 722, 500, 500, 444, 394, 220, 394, 520,
];
const TIMES_ITALIC: [u16; 95] = [
    250, 333, 420, 500, 500, 833, 778, 333, 333, 333, 500, 675, 250, 333, 250, 278, 500, 500, 500,
    500, 500, 500, 500, 500, 500, 500, 333, 333, 675, 675, 675, 500, 920, 611, 611, 667, 722, 611,
    611, 722, 722, 333, 444, 667, 556, 833, 667, 722, 611, 722, 611, 500, 556, 722, 611, 833, 611,
    556, 556, 389, 278, 389, 422, 500, 333, 500, 500, 444, 500, 444, 278, 500, 500, 278, 278, 444,
    278, 722, 500, 500, 500, 500, 389, 389, 278, 500, 444, 667, 444, 444, 389, 400, 275, 400, 541,
];

/// The width of a character in a font, as a part of the font size. A font that is not one of the core
/// fonts is taken to be like the one that its name resembles.
pub(super) fn width(font: &str, character: char) -> f64 {
    let bold = font.contains("Bold");
    let widths = match font {
        _ if font.contains("Courier") || font.contains("Mono") => return 0.6,
        _ if font.contains("Times") && bold => &TIMES_BOLD,
        _ if font.contains("Times") && font.contains("Italic") => &TIMES_ITALIC,
        _ if font.contains("Times") => &TIMES,
        _ if bold => &HELVETICA_BOLD,
        _ => &HELVETICA,
    };
    let like = match character {
        'À'..='Å' => 'A',
        'È'..='Ë' => 'E',
        'Ì'..='Ï' => 'I',
        'Ò'..='Ö' | 'Ø' => 'O',
        'Ù'..='Ü' => 'U',
        'à'..='å' => 'a',
        'ç' => 'c',
        'è'..='ë' => 'e',
        'ì'..='ï' => 'i',
        'ñ' => 'n',
        'ò'..='ö' | 'ø' => 'o',
        'ù'..='ü' => 'u',
        '\u{a0}' => ' ',
        '‘' | '’' => '\'',
        '—' => 'M',
        character => character,
    };
    let place = u32::from(like).checked_sub(FIRST).and_then(|place| usize::try_from(place).ok());
    // What is not known is as wide as a digit, which is the mean of it.
    f64::from(place.and_then(|place| widths.get(place)).copied().unwrap_or(widths[16])) / 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fonts_have_their_own_widths_or_those_of_what_they_resemble() {
        assert_eq!(width("Helvetica", 'W'), 0.944);
        assert_eq!(width("ABCDEF+ArialMT", 'W'), 0.944);
        assert_eq!(width("Times-Roman", 'é'), 0.444);
        assert_eq!(width("TimesNewRomanPS-BoldMT", ' '), 0.25);
        assert_eq!(width("CourierNew", '€'), 0.6);
        assert_eq!(width("Helvetica", '€'), 0.556);
    }
}
