//! The laws that texts refer to by article, with their numbers in the official collection
//! (wetten.overheid.nl). A law that is not here gets no link; a wrong number would be worse.
//!
//! The list is short enough to be checked by hand. Each number was compared, in November 2026, with public
//! pages, texts and programs of others that cite the law by its name and that number together: consolidated
//! texts that state it, and links to wetten.overheid.nl. One that cannot be confirmed so does not belong here.

/// A law or decree, in force or repealed: older texts refer to those too.
#[derive(Debug, PartialEq, Eq)]
pub struct Law {
    /// Its number: `BWBR0001840`.
    pub bwb: &'static str,
    /// What it is officially called (citeertitel).
    pub name: &'static str,
    /// What it is called besides.
    pub(super) other: &'static [&'static str],
}

const fn law(bwb: &'static str, name: &'static str, other: &'static [&'static str]) -> Law {
    Law { bwb, name, other }
}

/// In no order that matters.
pub(super) const LAWS: &[Law] = &[
    law("BWBR0001840", "Grondwet", &["Gw"]),
    law("BWBR0005537", "Algemene wet bestuursrecht", &["Awb"]),
    law("BWBR0001854", "Wetboek van Strafrecht", &["Sr"]),
    law("BWBR0001903", "Wetboek van Strafvordering", &["Sv"]),
    law("BWBR0001827", "Wetboek van Burgerlijke Rechtsvordering", &["Rv"]),
    law("BWBR0001830", "Wet op de rechterlijke organisatie", &[]),
    law("BWBR0045754", "Wet open overheid", &["Woo"]),
    law("BWBR0005252", "Wet openbaarheid van bestuur", &["Wob"]),
    law("BWBR0005416", "Gemeentewet", &[]),
    law("BWBR0005645", "Provinciewet", &[]),
    law("BWBR0004627", "Kieswet", &[]),
    law("BWBR0011823", "Vreemdelingenwet 2000", &["Vreemdelingenwet", "Vw 2000"]),
    law("BWBR0011825", "Vreemdelingenbesluit 2000", &["Vreemdelingenbesluit", "Vb 2000"]),
    law("BWBR0003738", "Rijkswet op het Nederlanderschap", &["RWN"]),
    law("BWBR0037885", "Omgevingswet", &[]),
    law("BWBR0005181", "Woningwet", &[]),
    law("BWBR0035303", "Huisvestingswet 2014", &["Huisvestingswet"]),
    law("BWBR0015703", "Participatiewet", &[]),
    law(
        "BWBR0013060",
        "Wet structuur uitvoeringsorganisatie werk en inkomen",
        &["Wet SUWI", "Wet Suwi"],
    ),
    law(
        "BWBR0035362",
        "Wet maatschappelijke ondersteuning 2015",
        &["Wet maatschappelijke ondersteuning", "Wmo 2015", "Wmo"],
    ),
    law("BWBR0018450", "Zorgverzekeringswet", &["Zvw"]),
    law("BWBR0035917", "Wet langdurige zorg", &["Wlz"]),
    law("BWBR0034925", "Jeugdwet", &[]),
    law("BWBR0006251", "Wet op de beroepen in de individuele gezondheidszorg", &["Wet BIG"]),
    law("BWBR0024705", "Wet publieke gezondheid", &["Wpg"]),
    law("BWBR0021505", "Geneesmiddelenwet", &[]),
    law("BWBR0011353", "Wet inkomstenbelasting 2001", &["Wet IB 2001"]),
    law("BWBR0002629", "Wet op de omzetbelasting 1968", &["Wet OB 1968"]),
    law("BWBR0002672", "Wet op de vennootschapsbelasting 1969", &["Wet Vpb 1969"]),
    law("BWBR0002320", "Algemene wet inzake rijksbelastingen", &["AWR"]),
    law("BWBR0018472", "Algemene wet inkomensafhankelijke regelingen", &["Awir"]),
    law("BWBR0002226", "Successiewet 1956", &[]),
    law("BWBR0004770", "Invorderingswet 1990", &[]),
    law("BWBR0025028", "Mediawet 2008", &["Mediawet"]),
    law("BWBR0009950", "Telecommunicatiewet", &[]),
    law("BWBR0001941", "Opiumwet", &[]),
    law("BWBR0006622", "Wegenverkeerswet 1994", &["WVW 1994"]),
    law("BWBR0031788", "Politiewet 2012", &["Politiewet"]),
    law("BWBR0009709", "Penitentiaire beginselenwet", &["Pbw"]),
    law("BWBR0039896", "Wet op de inlichtingen- en veiligheidsdiensten 2017", &["Wiv 2017"]),
    law("BWBR0004318", "Wet openbare manifestaties", &["Wom"]),
    law("BWBR0006502", "Algemene wet gelijke behandeling", &["Awgb"]),
    law("BWBR0040940", "Uitvoeringswet Algemene verordening gegevensbescherming", &["UAVG"]),
    law("BWBR0030250", "Wet dieren", &[]),
    law("BWBR0011440", "Gaswet", &[]),
    law("BWBR0009755", "Elektriciteitswet 1998", &["Elektriciteitswet"]),
    law("BWBR0014168", "Mijnbouwwet", &[]),
    law("BWBR0020809", "Pensioenwet", &[]),
    law("BWBR0004045", "Werkloosheidswet", &["WW"]),
    law("BWBR0002221", "Algemene Ouderdomswet", &["AOW"]),
    law("BWBR0010346", "Arbeidsomstandighedenwet", &["Arbowet"]),
    law("BWBR0003420", "Wet op het primair onderwijs", &["WPO"]),
    law("BWBR0007625", "Wet educatie en beroepsonderwijs", &["WEB"]),
    law("BWBR0005682", "Wet op het hoger onderwijs en wetenschappelijk onderzoek", &["WHW"]),
    law("BWBR0020368", "Wet op het financieel toezicht", &["Wft"]),
    law("BWBR0024282", "Wet ter voorkoming van witwassen en financieren van terrorisme", &["Wwft"]),
    law("BWBR0001860", "Faillissementswet", &[]),
    law("BWBR0001969", "Warenwet", &[]),
];
