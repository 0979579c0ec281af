#!/usr/bin/env python3
"""Makes the sample data set of Griffier.

    python3 tools/sample/make.py SOURCE OUT [--from DATE --to DATE]
    python3 tools/sample/make.py SOURCE OUT --everything

SOURCE holds recorded open data of the Tweede Kamer (CC0): odata/, derived/, people/,
vlos/, agenda/, documents/, kst-xml.tar.zst and FIELDS.md. OUT receives entities/,
resources/, publications.jsonl.zst and texts.jsonl.zst as README.md describes them.
With --everything all recorded entities are converted, one state each, without scenarios.

Principles
  * What is recorded is kept as it is ("real"). Relations that follow from the data are
    added and named ("derived"); what nobody recorded but a reader needs is invented
    plainly and named as well ("made").
  * Most recorded `updated` times are bulk re-emissions of weeks later. Each entity is
    therefore given the moment at which it plausibly appeared first; see `Timing`.
  * The output depends on SOURCE only: no wall clock, no random numbers.
"""
import argparse
import bisect
import collections
import datetime as dt
import glob
import hashlib
import heapq
import html
import io
import json
import multiprocessing
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import uuid
import xml.etree.ElementTree as ET
import zipfile
from zoneinfo import ZoneInfo

import zstandard

HERE = os.path.dirname(os.path.abspath(__file__))
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
UTC = dt.timezone.utc
NAMESPACE = uuid.uuid5(uuid.NAMESPACE_DNS, "sample.griffier")
VLOS = "{http://www.tweedekamer.nl/ggm/vergaderverslag/v1.0}"

# ---------------------------------------------------------------------------
# Reading
# ---------------------------------------------------------------------------


def read_jsonl(path):
    """The records of a .jsonl.zst file, one at a time."""
    with open(path, "rb") as file:
        stream = zstandard.ZstdDecompressor().stream_reader(file)
        for line in io.TextIOWrapper(stream, encoding="utf-8"):
            yield json.loads(line)


def read_fields(path):
    """FIELDS.md -> {category: ({field: type}, {relation: is it repeatable})}"""
    model, category = {}, None
    for line in open(path, encoding="utf-8"):
        if match := re.match(r"## (\w+) <(\w+)>", line):
            category = match.group(1)
            model[category] = ({}, {})
        elif category and line.startswith("- relations"):
            for name, many in re.findall(r"([a-z]\w+)(\[\])?(?:\(\+bijgewerkt\))?(?:,|$)",
                                         line.split(":", 1)[1].strip()):
                model[category][1][name] = bool(many)
        elif category and line.startswith("- fields:"):
            for name, kind in re.findall(r"([a-z]\w*):(\w+)", line.split(":", 1)[1]):
                model[category][0][name] = kind
    return model


# ---------------------------------------------------------------------------
# Converting one OData entity to wire names
# ---------------------------------------------------------------------------

SPECIAL_NAMES = {"NaamNL": "naamNl", "NaamEN": "naamEn", "VRSNummer": "vrsNummer"}
# Personal details that the sample does not repeat, although the source publishes them.
PRIVATE = {"woonplaats", "land"}


def wire_name(name):
    return SPECIAL_NAMES.get(name) or name[0].lower() + name[1:]


def convert(category, model, row):
    """-> (fields, resource). Knows names, types and `X_Id` references."""
    kinds, relations = model[category]
    fields, resource = {}, None
    for key, value in row.items():
        if value is None or value == "":
            continue
        if key.endswith("_Id"):
            name = wire_name(key[:-3])
            if name in relations:
                fields[name] = [value] if relations[name] else value
            continue
        name = wire_name(key)
        kind = kinds.get(name)
        if kind is None or name in PRIVATE:
            continue
        if kind in ("date",):
            value = value[:10]
        elif kind in ("token", "string", "inline") and not isinstance(value, str):
            value = str(value)
        fields[name] = value
    if category == "Document" and row.get("ContentType"):
        resource = {"contentType": row["ContentType"], "contentLength": row.get("ContentLength") or 0}
    return fields, resource


def pad(stamp):
    """OData trims trailing zeros of the fraction; a fixed width sorts as text."""
    head, _, fraction = stamp.rstrip("Z").partition(".")
    return f"{head}.{fraction[:7]:0<7}Z"


def utc(stamp):
    """ISO text with offset (or Z) -> aware datetime; fractions of 7 digits are cut to 6."""
    stamp = re.sub(r"(\.\d{6})\d+", r"\1", stamp)
    return dt.datetime.fromisoformat(stamp.replace("Z", "+00:00")).astimezone(UTC)


def local(day, hour=0, minute=0, second=0):
    """Amsterdam wall clock -> aware datetime in UTC."""
    if isinstance(day, str):
        day = dt.date.fromisoformat(day[:10])
    return dt.datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=AMSTERDAM).astimezone(UTC)


def stamp(moment, key):
    """A made `updated`: the moment with a fraction that depends on the entity."""
    fraction = int(hashlib.sha256(key.encode()).hexdigest()[:8], 16) % 10_000_000
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S") + f".{fraction:07d}Z"


def local_text(moment):
    text = moment.astimezone(AMSTERDAM).isoformat(timespec="milliseconds")
    return text


def share(key):
    """A number in [0, 1) that belongs to `key`: the place of chance."""
    return int(hashlib.sha256(key.encode()).hexdigest()[:12], 16) / 16 ** 12


def made_id(*parts):
    return str(uuid.uuid5(NAMESPACE, "/".join(str(part) for part in parts)))


# ---------------------------------------------------------------------------
# --everything
# ---------------------------------------------------------------------------

RUN = 40_000  # lines sorted in memory at a time


def line_of(identifier, updated, bijgewerkt, deleted, origin, fields, resource=None, added=None, time=None):
    record = {"id": identifier, "updated": updated, "bijgewerkt": bijgewerkt, "verwijderd": deleted,
              "origin": origin, "fields": fields}
    if resource:
        record["resource"] = resource
    if added:
        record["added"] = added
    if time:
        record["time"] = time
    return json.dumps(record, ensure_ascii=False, separators=(",", ":"))


def external_sort(lines, target, level):
    """Writes (key, line) pairs in key order, holding one run in memory at a time."""
    runs, run = [], []
    folder = tempfile.mkdtemp(prefix="sort-")
    fast = zstandard.ZstdCompressor(level=1)

    def spill():
        run.sort()
        path = os.path.join(folder, f"{len(runs)}.zst")
        with open(path, "wb") as file, fast.stream_writer(file) as writer:
            for key, line in run:
                writer.write(f"{key}\t{line}\n".encode())
        runs.append(path)
        run.clear()

    def read(path):
        with open(path, "rb") as file:
            stream = zstandard.ZstdDecompressor().stream_reader(file)
            for line in io.TextIOWrapper(stream, encoding="utf-8"):
                yield tuple(line.rstrip("\n").split("\t", 1))

    for pair in lines:
        run.append(pair)
        if len(run) >= RUN:
            spill()
    count = 0
    with open(target, "wb") as file, zstandard.ZstdCompressor(level=level).stream_writer(file) as writer:
        run.sort()
        # A key never contains a tab, so that splitting at the first one restores the pair.
        for key, line in heapq.merge(*[read(path) for path in runs], run):
            writer.write((line + "\n").encode())
            count += 1
    shutil.rmtree(folder)
    return count


def everything_category(job):
    """All states of one category; runs in its own process."""
    source, out, category = job
    model = read_fields(os.path.join(source, "FIELDS.md"))
    extra = collections.defaultdict(lambda: collections.defaultdict(list))
    if category == "Zaak":
        for row in read_jsonl(f"{source}/odata/Agendapunt.jsonl.zst"):
            for zaak in (row.get("_rel") or {}).get("Zaak", []):
                extra[zaak]["agendapunt"].append(row["Id"])
    elif category == "Document":
        for row in read_jsonl(f"{source}/odata/Zaak.jsonl.zst"):
            for document in (row.get("_rel") or {}).get("Document", []):
                extra[document]["zaak"].append(row["Id"])
    elif category == "Besluit":
        for row in read_jsonl(f"{source}/derived/besluit_zaak.jsonl.zst"):
            extra[row["Besluit_Id"]]["zaak"].append(row["Zaak_Id"])

    def lines():
        if category == "ZaakActor":
            for row in read_jsonl(f"{source}/derived/schriftelijke_vragen_zaken.jsonl.zst"):
                for number, actor in enumerate(row["actors"]):
                    identifier = made_id("everything", row["Id"], number)
                    fields = {"zaak": row["Id"], "actorNaam": actor["naam"], "relatie": actor["Relatie"]}
                    if actor["Persoon_Id"]:
                        fields["persoon"] = actor["Persoon_Id"]
                    updated = pad(row["ApiGewijzigdOp"]) if row["ApiGewijzigdOp"] else stamp(local(row["GestartOp"], 12), identifier)
                    yield f"{updated} {identifier}", line_of(
                        identifier, updated, row["GewijzigdOp"] or row["GestartOp"], False, "derived", fields)
            return
        seen = set()
        for row in read_jsonl(f"{source}/odata/{category}.jsonl.zst"):
            fields, resource = convert(category, model, row)
            for name, ids in extra.get(row["Id"], {}).items():
                fields[name] = ids
            added = ["zaak"] if category == "Besluit" and "zaak" in fields else None
            deleted = bool(row["Verwijderd"])
            # Placeholders carry nothing, not even a time.
            updated = pad(row["ApiGewijzigdOp"] or "2019-08-15T12:45:00Z")
            if category == "Persoon":
                seen.add(row["Id"])
            yield f"{updated} {row['Id']}", line_of(
                row["Id"], updated, row["GewijzigdOp"] or "2019-08-15T14:45:00+02:00", deleted, "real",
                {} if deleted else fields, None if deleted else resource, added)
        if category == "Persoon":
            for identifier, fields in former_members(source):
                if identifier not in seen:
                    updated = stamp(local("2019-08-15", 14, 45), identifier)
                    yield f"{updated} {identifier}", line_of(
                        identifier, updated, "2019-08-15T14:45:00+02:00", False, "real", fields, time="made")

    count = external_sort(lines(), f"{out}/entities/{category}.jsonl.zst", 3)
    return category, count


def everything(source, out):
    os.makedirs(f"{out}/entities", exist_ok=True)
    categories = [os.path.basename(path).split(".")[0] for path in glob.glob(f"{source}/odata/*.jsonl.zst")]
    categories.append("ZaakActor")
    categories.sort(key=lambda c: c not in ("Zaak", "Stemming", "Activiteit"))
    with multiprocessing.Pool(min(4, os.cpu_count() or 1)) as pool:
        total = 0
        for category, count in pool.imap_unordered(
                everything_category, [(source, out, c) for c in categories], chunksize=1):
            print(f"{category:30} {count:8}")
            total += count
    moties = {row["Document_Id"]: row for row in read_jsonl(f"{source}/derived/kst_moties.jsonl.zst")}
    write_lines(f"{out}/texts.jsonl.zst", (text_line(row) for _, row in sorted(moties.items()) if row["alineas"]), 6)
    by_publication = {row["publicatieId"]: row for row in moties.values() if row["kst"]}
    write_lines(f"{out}/publications.jsonl.zst", (
        json.dumps({"identifier": by_publication[name]["kst"], "origin": "real", "xml": xml}, ensure_ascii=False)
        for name, xml in publication_files(source) if name in by_publication), 6)
    print(f"{'total':30} {total:8}")


def write_lines(path, lines, level=19):
    with open(path, "wb") as file, zstandard.ZstdCompressor(level=level).stream_writer(file) as writer:
        for line in lines:
            writer.write((line + "\n").encode())


def publication_files(source):
    """(name without extension, text) of each official publication."""
    with open(f"{source}/kst-xml.tar.zst", "rb") as file:
        stream = zstandard.ZstdDecompressor().stream_reader(file)
        with tarfile.open(fileobj=stream, mode="r|") as archive:
            for member in archive:
                if member.isfile():
                    yield os.path.basename(member.name)[:-4], archive.extractfile(member).read().decode("utf-8-sig")


def text_line(row):
    return json.dumps({"document": row["Document_Id"], "origin": "real", "paragraphs": motion_paragraphs(row)},
                      ensure_ascii=False, separators=(",", ":"))


MONTHS = ["januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober",
          "november", "december"]


def dutch_date(day):
    day = dt.date.fromisoformat(day[:10])
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def motion_paragraphs(row):
    """The recorded paragraphs under the heading that a motion carries in print."""
    head = []
    if row["dossiernummer"]:
        number = row["dossiernummer"][0]
        head.append(f"{number[:2]} {number[2:]} {row['dossiertitel'][0] if row['dossiertitel'] else ''}".strip())
    if row["ondernummer"]:
        head.append(f"Nr. {row['ondernummer'][0]}")
    title = row["documenttitel"][0] if row["documenttitel"] else ""
    if match := re.match(r"(.*?[Mm]otie van (?:het lid|de leden) .*?)(?: over | t\.v\.v|$)", title):
        head.append(match.group(1).upper())
    if row["Datum"]:
        head.append(f"Voorgesteld {dutch_date(row['Datum'])}")
    return head + row["alineas"]


def former_members(source):
    """(id, fields) of everyone in people/personen: without places of residence."""
    for row in read_jsonl(f"{source}/people/personen.jsonl.zst"):
        fields = {key: value for key, value in row.items()
                  if value and value != "-" and key not in PRIVATE and key != "id"}
        fields["nummer"] = fields.get("nummer") or str(20_000 + int(share(row["id"]) * 70_000))
        yield row["id"], fields


# ---------------------------------------------------------------------------
# The sample
# ---------------------------------------------------------------------------


class Record:
    """An entity: its final content and the states in which the feed showed it."""

    def __init__(self, category, identifier, fields, origin, real=None, bijgewerkt=None, resource=None):
        self.category, self.id, self.fields, self.origin = category, identifier, fields, origin
        self.real = utc(real) if real else None        # the recorded `updated`
        self.real_text = pad(real) if real else None
        self.bijgewerkt = bijgewerkt
        self.resource = resource
        self.added = set()                             # derived or made relations ("made:x")
        self.known_time = False                        # its moment follows from the data
        self.states = []

    def relate(self, name, target, made=False, many=False):
        """Adds a relation that was not recorded, unless one is there."""
        if many:
            targets = self.fields.setdefault(name, [])
            if target in targets:
                return
            targets.append(target)
        else:
            if self.fields.get(name):
                return
            self.fields[name] = target
        self.added.add(f"made:{name}" if made else name)

    def state(self, moment, over=None, real=False, deleted=False):
        """A state at `moment`; `over` holds what was different then (None: absent)."""
        self.states.append((moment, over or {}, real, deleted))
        self.states.sort(key=lambda s: s[0])

    @property
    def first(self):
        return self.states[0][0] if self.states else self.real


class Sample:
    def __init__(self, source, out, start, end):
        self.source, self.out = source, out
        self.start, self.end = start, end
        self.clock = local("2025-07-02", 12)
        self.model = read_fields(f"{source}/FIELDS.md")
        self.records = {category: {} for category in self.model}
        self.files = {}          # entity id -> (extension, bytes, content type)
        self.texts = {}
        self.publications = {}
        self.scenarios = []      # (kind, number, moment, remark)
        self.notes = collections.Counter()

    # -- small helpers ------------------------------------------------------

    def odata(self, category):
        return read_jsonl(f"{self.source}/odata/{category}.jsonl.zst")

    def in_window(self, day):
        return bool(day) and self.start <= day[:10] <= self.end

    def add_real(self, category, row):
        """Takes over a recorded entity once."""
        held = self.records[category].get(row["Id"])
        if held:
            return held
        fields, resource = convert(category, self.model, row)
        if row["Verwijderd"]:
            fields = {}
        record = Record(category, row["Id"], fields, "real", row["ApiGewijzigdOp"], row["GewijzigdOp"], resource)
        self.records[category][row["Id"]] = record
        return record

    def add(self, category, identifier, fields, origin, moment=None):
        """An entity that was not recorded: derived or made."""
        held = self.records[category].get(identifier)
        if held:
            return held
        fields = {k: v for k, v in fields.items() if v is not None}
        record = Record(category, identifier, fields, origin)
        if moment:
            record.state(moment)
        self.records[category][identifier] = record
        return record

    # -- the parts, in order --------------------------------------------------

    def make(self):
        self.load()
        self.parties_and_persons()
        self.committees_and_rooms()
        self.select_activities()
        self.select_votes()
        self.select_zaken_and_documents()
        self.dossiers()
        self.link_documents_to_zaken()
        self.link_activities()
        self.recorded_files()
        self.versions_and_publications()
        self.actors()
        self.meetings()
        self.time_everything()
        self.people_details()
        self.seats()
        self.reservations_and_actors_of_activities()
        self.promises()
        self.scenes()
        self.nothing_from_the_future()
        self.reemissions()
        self.write()

    def load(self):
        print("reading")
        self.activities = {row["Id"]: row for row in self.odata("Activiteit") if not row["Verwijderd"]}
        self.agenda_items = {row["Id"]: row for row in self.odata("Agendapunt")}
        self.decisions = {row["Id"]: row for row in self.odata("Besluit")}
        self.documents = {row["Id"]: row for row in self.odata("Document")}
        self.cases = {row["Id"]: row for row in self.odata("Zaak")}
        self.versions = {row["Id"]: row for row in self.odata("DocumentVersie")}
        self.meetings_real = {row["Id"]: row for row in self.odata("Vergadering")}
        self.motions = {row["Document_Id"]: row for row in read_jsonl(f"{self.source}/derived/kst_moties.jsonl.zst")}
        self.motion_of_case = {row["Zaak_Id"]: row for row in self.motions.values()}
        self.decision_case = collections.defaultdict(list)
        for row in read_jsonl(f"{self.source}/derived/besluit_zaak.jsonl.zst"):
            self.decision_case[row["Besluit_Id"]].append(row)
        self.by_day = collections.defaultdict(list)   # activities by day
        for row in self.activities.values():
            day = row["Datum"] or row["Aanvangstijd"]
            if day:
                self.by_day[day[:10]].append(row)
        self.activity_by_number = {row["Nummer"]: row for row in self.activities.values()}
        self.case_by_number = {row["Nummer"]: row for row in self.cases.values()}
        self.transcripts = {}
        for path in sorted(glob.glob(f"{self.source}/vlos/*.xml.zst")):
            meeting, report = os.path.basename(path).split(".")[0].split("_")
            with open(path, "rb") as file:
                data = zstandard.ZstdDecompressor().stream_reader(file).read()
            self.transcripts[report] = (meeting, data, ET.fromstring(data.decode("utf-8-sig")))

    # -- people ---------------------------------------------------------------

    def parties_and_persons(self):
        for row in self.odata("Fractie"):
            self.add_real("Fractie", row).resource = None  # no logo recorded
        self.party = {}
        for record in self.records["Fractie"].values():
            if not record.fields.get("datumInactief"):
                self.party[record.fields["afkorting"]] = record.id
        self.party["NSC"] = self.party.get("Nieuw Sociaal Contract") or self.party.get("NSC")
        for row in self.odata("Persoon"):
            if not row["Verwijderd"]:
                self.add_real("Persoon", row)
        for identifier, fields in former_members(self.source):
            if identifier not in self.records["Persoon"]:
                # The list carries no times: it stands for the first load of the register.
                self.add("Persoon", identifier, fields, "real", local("2019-08-15", 14, 45)).added.add("made:nummer")

        # Roll calls name the member, the party and the stable keys (Sid) of both.
        self.member_party, self.member_sid, self.party_sid, self.first_vote = {}, {}, {}, {}
        self.votes_of = collections.defaultdict(list)
        self.loose_votes = []
        latest = {}
        rolls = collections.defaultdict(collections.Counter)
        early = (dt.date.fromisoformat(self.start) - dt.timedelta(days=14)).isoformat()

        def session_day(decision):
            """The day of the session in which a decision was voted on."""
            links = [link["Agendapunt_Id"] for link in self.decision_case.get(decision, [])]
            row = self.decisions.get(decision) or {}
            for item in ([row["Agendapunt_Id"]] if row.get("Agendapunt_Id") else []) + links:
                activity = self.activities.get((self.agenda_items.get(item) or {}).get("Activiteit_Id"))
                if activity:
                    return (activity["Datum"] or "")[:10]
            return ""

        for row in self.odata("Stemming"):
            if row["Verwijderd"]:
                continue
            if row.get("SidActorFractie"):
                self.party_sid[row["ActorFractie"]] = row["SidActorFractie"]
            if person := row.get("Persoon_Id"):
                self.member_sid[person] = row.get("SidActorLid")
                day = row["GewijzigdOp"][:10]
                self.first_vote[person] = min(self.first_vote.get(person, day), day)
                if early <= day and early <= session_day(row["Besluit_Id"]) <= self.end:
                    rolls[row["ActorFractie"]][person] += 1
                if day >= latest.get(person, ""):
                    latest[person] = day
                    self.member_party[person] = row["ActorFractie"]
            if self.start[:4] == row["GewijzigdOp"][:4] and "2025-06-15" <= row["GewijzigdOp"][:10] <= "2025-07-31":
                if row.get("Besluit_Id"):
                    self.votes_of[row["Besluit_Id"]].append(row)
                else:
                    self.loose_votes.append(row)
        self.sid_person = {sid: person for person, sid in self.member_sid.items() if sid}
        # Whoever is in a roll call of a session of this period or of the two weeks before it sat in
        # the Kamer then. Older roll calls were saved again in July; their sessions tell them apart.
        # A few names more than a party has seats are members replaced in these weeks: those with
        # the fewest roll calls are left out.
        self.current = set()
        for party, seen in rolls.items():
            record = self.records["Fractie"].get(self.party.get(party))
            if record:
                size = record.fields["aantalZetels"]
                self.current |= {person for person, _ in sorted(seen.items(), key=lambda p: (-p[1], p[0]))[:size]}
        self.name_index = collections.defaultdict(set)
        self.initials_index = {}
        for person in sorted(self.current | {k for k, r in self.records["Persoon"].items()
                                             if r.fields.get("functie") == "Tweede Kamerlid"}):
            record = self.records["Persoon"].get(person)
            if not record:
                continue
            fields = record.fields
            last = " ".join(x for x in (fields.get("tussenvoegsel"), fields.get("achternaam")) if x)
            for name in (last, f"{fields.get('roepnaam', '')} {last}".strip()):
                self.name_index[fold(name)].add(person)
        for person, record in self.records["Persoon"].items():
            fields = record.fields
            last = " ".join(x for x in (fields.get("tussenvoegsel"), fields.get("achternaam")) if x)
            key = fold(f"{fields.get('initialen', '').replace(' ', '')} {last}")
            if person in self.current or key not in self.initials_index:
                self.initials_index[key] = person

    def member(self, name):
        """A member of July 2025 by the name used in titles, if that is one person only."""
        found = self.name_index.get(fold(name), set())
        sitting = found & self.current or found
        return next(iter(sitting)) if len(sitting) == 1 else None

    def full_name(self, person):
        fields = self.records["Persoon"][person].fields
        return " ".join(x for x in (fields.get("initialen"), fields.get("tussenvoegsel"), fields.get("achternaam")) if x)

    def members_in(self, title):
        """The members that a title names: "Motie van de leden X en Y over …"."""
        match = re.search(r"(?:van|door) (?:het lid|de leden) (.+?)(?: c\.s\.|,? (?:over|inzake|ter|tot|met|t\.v\.v|"
                          r"betreffende|aan|houdende|voor|waarmee|dat|die|om)\b|$)", title or "")
        if not match:
            return []
        names = re.split(r", | en ", match.group(1))
        found = [(name.strip(), self.member(re.sub(r"\s*\(.*?\)", "", name.strip()))) for name in names]
        return [(name, person) for name, person in found if person]

    # -- committees and rooms ---------------------------------------------------

    def committees_and_rooms(self):
        known = {"VWS": "befe416e-ca1b-4804-97d0-7aca1dcba888"}
        self.committee, self.committee_name = {}, {}
        for number, row in enumerate(json.load(open(f"{self.source}/derived/commissies_from_activiteiten.json"))):
            real = known.get(row["Afkorting"])
            identifier = real or made_id("commissie", row["Sid"])
            if row["Afkorting"] == "TK":
                continue  # the plenary session counts as a committee in the source; a reader has no use for it
            old = re.search(r"\((\d{4})-(\d{4})\)", row["Afkorting"])
            kind = (re.match(r"(vaste|algemene|tijdelijke|bijzondere|thema)", row["NaamNL"], re.I) or [None, "overig"])[1]
            self.add("Commissie", identifier, {
                "nummer": str(6000 + number), "soort": kind.capitalize(), "afkorting": row["Afkorting"],
                "naamNl": row["NaamNL"], "naamWebNl": row["NaamWebNL"], "datumActief": row["eerste"],
                "datumInactief": f"{old.group(2)}-12-31" if old else None,
            }, "derived", local(row["eerste"], 9))
            self.committee[row["Sid"]] = identifier
            self.committee_name[fold(row["NaamNL"])] = identifier
        self.committee_short = {r.fields.get("afkorting"): i for i, r in self.records["Commissie"].items()}
        self.room = {}
        for row in json.load(open(f"{self.source}/derived/zalen_real.json")):
            name = row["naam"]
            if name in self.room:
                continue  # the same name twice: an older row of the same room
            identifier = made_id("zaal", name)
            self.add("Zaal", identifier, {"naam": name, "sysCode": 100 + len(self.room)}, "derived", utc(row["updated"]))
            self.room[name] = identifier
        for name in sorted({row["Zaal"] for row in self.meetings_real.values() if row["Zaal"]}):
            if name == "Plenaire zaal":
                self.room[name] = self.room.get("Plenaire zaal Tweede Kamer")
            if name not in self.room or not self.room[name]:
                identifier = made_id("zaal", name)
                self.add("Zaal", identifier, {"naam": name, "sysCode": 100 + len(self.room)}, "derived",
                         local("2021-09-01", 8))
                self.room[name] = identifier

    # -- activities ---------------------------------------------------------------

    def select_activities(self):
        """Those of the period, those of the week after it, and those of the transcripts."""
        after = (dt.date.fromisoformat(self.end) + dt.timedelta(days=9)).isoformat()
        for row in self.activities.values():
            day = row["Datum"] or row["Aanvangstijd"]
            if self.in_window(day) or (day and self.end < day[:10] <= after):
                self.add_real("Activiteit", row)
        for _, _, root in self.transcripts.values():
            for element in root.iter(f"{VLOS}parlisid"):
                if element.text and element.text in self.activity_by_number:
                    self.add_real("Activiteit", self.activity_by_number[element.text])

    # -- votes ----------------------------------------------------------------------

    def select_votes(self):
        """Agenda items of the vote sessions, their decisions, the votes, the zaken behind them."""
        sessions = {i for i, r in self.records["Activiteit"].items()
                    if r.fields["soort"] == "Stemmingen" and self.in_window(r.fields["datum"])}
        items = {i for i, row in self.agenda_items.items()
                 if row.get("Activiteit_Id") in sessions and not row["Verwijderd"]}
        self.item_cases = collections.defaultdict(list)
        for identifier in sorted(items):
            row = self.agenda_items[identifier]
            self.add_real("Agendapunt", row)
            self.item_cases[identifier] = [z for z in (row.get("_rel") or {}).get("Zaak", []) if z in self.cases]
        wanted = {i for i, row in self.decisions.items() if row.get("Agendapunt_Id") in items and not row["Verwijderd"]}
        for decision, links in self.decision_case.items():
            if decision in self.decisions and any(link["Agendapunt_Id"] in items for link in links):
                wanted.add(decision)
        for identifier in sorted(wanted):
            record = self.add_real("Besluit", self.decisions[identifier])
            for link in self.decision_case.get(identifier, []):
                if link["Agendapunt_Id"] in items:
                    record.relate("agendapunt", link["Agendapunt_Id"])
                    if link["Zaak_Id"] in self.cases:
                        record.relate("zaak", link["Zaak_Id"], many=True)
        loose = collections.defaultdict(list)
        for row in self.loose_votes:
            loose[row["ActorFractie"]].append((utc(row["GewijzigdOp"]), row))
        for rows in loose.values():
            rows.sort(key=lambda pair: (pair[0], pair[1]["Id"]))
        taken = set()
        for identifier in sorted(wanted):
            rows = self.votes_of.get(identifier, [])
            for row in rows:
                self.add_real("Stemming", row)
            # Some votes were recorded without their decision. One by the missing party, saved in
            # the same second as the others, can only belong here.
            by_hand = [row for row in rows if not row.get("Persoon_Id")]
            if by_hand and len(by_hand) < 15 and len(by_hand) == len(rows):
                times = [utc(row["GewijzigdOp"]) for row in by_hand]
                low, high = min(times) - dt.timedelta(seconds=.3), max(times) + dt.timedelta(seconds=.3)
                present = {row["ActorFractie"] for row in by_hand}
                for party in sorted(set(self.party_sid) & set(loose) - present):
                    near = [row for time, row in loose[party] if low <= time <= high and row["Id"] not in taken]
                    if len(near) == 1:
                        taken.add(near[0]["Id"])
                        record = self.add_real("Stemming", near[0])
                        record.relate("besluit", identifier)
                        if self.party.get(party):
                            record.relate("fractie", self.party[party])
                        self.notes["votes joined to their decision by time"] += 1

    # -- zaken and documents -----------------------------------------------------------

    def select_zaken_and_documents(self):
        for row in self.cases.values():
            if self.in_window(row["GestartOp"]) and not row["Verwijderd"]:
                self.add_real("Zaak", row)
        for record in list(self.records["Besluit"].values()):
            for zaak in record.fields.get("zaak", []):
                self.add_real("Zaak", self.cases[zaak])
        for item, zaken in self.item_cases.items():
            for zaak in zaken:
                self.add_real("Zaak", self.cases[zaak]).relate("agendapunt", item, many=True)
        for record in list(self.records["Zaak"].values()):  # that relation is recorded, only from the other side
            record.added.discard("agendapunt")
        for record in self.records["Besluit"].values():
            for zaak in record.fields.get("zaak", []):
                if record.fields.get("agendapunt"):
                    self.records["Zaak"][zaak].relate("agendapunt", record.fields["agendapunt"], many=True)
        for row in self.documents.values():
            if self.in_window(row["Datum"]) and not row["Verwijderd"]:
                self.add_real("Document", row)
        # The documents of each zaak, where recorded (motions).
        for zaak in list(self.records["Zaak"]):
            ids = (self.cases[zaak].get("_rel") or {}).get("Document", [])
            motion = self.motion_of_case.get(zaak)
            if motion:
                ids = ids + [motion["Document_Id"]]
            for identifier in ids:
                if identifier in self.documents and not self.documents[identifier]["Verwijderd"]:
                    record = self.add_real("Document", self.documents[identifier])
                    record.relate("zaak", zaak, many=True)
                    record.added.discard("zaak")

    def dossiers(self):
        """Which dossier a title belongs to: counted over everything that names both."""
        votes = collections.defaultdict(collections.Counter)
        ids, titles = {}, {}

        def vote(title, number, weight):
            if title and number:
                votes[title.strip()][number] += weight

        for row in self.motions.values():
            if row["dossiernummer"] and row["dossiertitel"]:
                vote(row["dossiertitel"][0], row["dossiernummer"][0], 5)
        for number, title in json.load(open(f"{self.source}/derived/kamerstukdossiers_from_kst.json")).items():
            vote(title, number, 10)
            titles[number] = title
        for row in json.load(open(f"{self.source}/derived/kamerstukdossiers_wetsuite.json"))["dossiers"]:
            vote(row["Titel"], str(row["Nummer"]), 8)
            ids[str(row["Nummer"])] = row["Id"]
            titles.setdefault(str(row["Nummer"]), row["Titel"])
        number = r"(\d{5}(?:-\d{2})?(?:[- ][IVXLABCJK]{1,6})?)"
        patterns = [(rf"t\.v\.v\.? *(?:nr\.? )?{number}[-, ]+(?:nr\.? ?)?\d+", 4),
                    (rf"Kamerstuk(?:ken)? ?{number}[- ,]+(?:nr\.? ?)?\d+", 1),
                    (rf"^{number}[, ]", 4), (rf"\({number}\)", 2)]
        for row in list(self.documents.values()) + list(self.cases.values()):
            if row.get("Titel"):
                for pattern, weight in patterns:
                    for match in re.finditer(pattern, row["Onderwerp"] or ""):
                        vote(row["Titel"], match.group(1).replace(" ", "-"), weight)
        # "36781 Advies Afdeling advisering … inzake <title>" stands beside the bill of that title.
        self.dossier_of_title = {}
        for title, counted in votes.items():
            (best, count), *rest = counted.most_common(2)
            if not rest or count >= 1.5 * rest[0][1]:
                self.dossier_of_title[title] = best
        bills = {fold(row["Titel"])[:60]: row["Titel"].strip() for row in self.documents.values()
                 if row["Titel"] and row["Soort"] in ("Koninklijke boodschap", "Voorstel van wet", "Memorie van toelichting")}
        for row in self.documents.values():
            if match := re.match(r"(\d{5}) Advies Afdeling advisering Raad van State inzake (.*)", row["Onderwerp"] or ""):
                title = bills.get(fold(match.group(2))[:60])
                if title:
                    self.dossier_of_title.setdefault(title, match.group(1))
        self.dossier_ids, self.dossier_titles = ids, titles
        for category in ("Document", "Zaak"):
            for record in self.records[category].values():
                self.relate_dossier(record)

    def relate_dossier(self, record):
        fields = record.fields
        motion = self.motions.get(record.id) if record.category == "Document" else self.motion_of_case.get(record.id)
        number = None
        if motion and motion["dossiernummer"]:
            number = motion["dossiernummer"][0]
        elif fields.get("titel"):
            number = self.dossier_of_title.get(fields["titel"].strip())
            if not number:
                self.notes["kamerstukken without a dossier (number unknown)"] += 1
        if number:
            record.relate("kamerstukdossier", self.dossier(number, fields.get("titel"), fields.get("citeertitel")))

    def dossier(self, number, title=None, short=None):
        plain, _, suffix = number.partition("-")
        identifier = self.dossier_ids.get(number) or made_id("dossier", number)
        record = self.add("Kamerstukdossier", identifier, {
            "nummer": int(plain), "toevoeging": suffix or None, "titel": self.dossier_titles.get(number) or (title or "").strip(),
            "citeertitel": short, "hoogsteVolgnummer": 0, "afgesloten": False, "kamer": "Tweede Kamer"}, "derived")
        return record.id

    def link_documents_to_zaken(self):
        """Document -> Zaak and attachment -> main document, by the rules README.md lists."""
        by_subject, by_paper, by_title = (collections.defaultdict(list) for _ in range(3))
        for row in self.cases.values():
            if row["Verwijderd"]:
                continue
            by_subject[fold(row["Onderwerp"])].append(row)
            if row["Titel"] and (row["Volgnummer"] or -1) > 0:
                by_paper[fold(row["Titel"]), row["Volgnummer"]].append(row)
            if row["Soort"] in ("Wetgeving", "Initiatiefwetgeving", "Begroting", "Initiatiefnota"):
                by_title[fold(row["Onderwerp"])].append(row)

        def days(a, b):
            return abs((dt.date.fromisoformat(a[:10]) - dt.date.fromisoformat(b[:10])).days)

        def direct(row):
            """The zaak of a document from its own data."""
            same = [z for z in by_subject.get(fold(row["Onderwerp"]), []) if days(z["GestartOp"], row["Datum"]) <= 7]
            exact = [z for z in same if z["Soort"] == row["Soort"]] or same
            if len(exact) > 1:
                exact = [z for z in exact if (z["Volgnummer"] or -1) == row["Volgnummer"]] or exact
            if len(exact) == 1:
                return exact[0]
            if row["Titel"] and row["Volgnummer"] > 0:
                paper = by_paper.get((fold(row["Titel"]), row["Volgnummer"]), [])
                if len(paper) == 1:
                    return paper[0]
                bill = by_title.get(fold(row["Titel"]), [])
                if len(bill) == 1:
                    return bill[0]
            return None

        # Documents that the registry saved in one go carry the same GewijzigdOp, to the
        # millisecond: a letter with its attachments, questions with their answer.
        recent = sorted((utc(row["GewijzigdOp"]), row["Id"]) for row in self.documents.values()
                        if row["GewijzigdOp"] > "2025-06-01" and not row["Verwijderd"])
        groups, group = [], []
        for time, identifier in recent:
            if group and (time - group[-1][0]).total_seconds() > .02:
                groups.append([i for _, i in group])
                group = []
            group.append((time, identifier))
        groups.append([i for _, i in group])
        group_of = {identifier: group for group in groups for identifier in group}

        ordinal = lambda row: int(row["DocumentNummer"][5:])
        case_of, main_of = {}, {}
        for identifier in list(self.records["Document"]):
            row = self.documents[identifier]
            known = self.records["Document"][identifier].fields.get("zaak")
            zaak = self.cases.get(known[0]) if known else direct(row)
            group = [self.documents[i] for i in group_of.get(identifier, []) if i != identifier]
            if row["Soort"] == "Bijlage":
                # The main document nearest before the attachment, of the same save.
                mains = [d for d in group if d["Soort"] not in ("Bijlage", "Stenogram", "Motie") and d["DocumentNummer"][:4] == row["DocumentNummer"][:4]
                         and -12 <= ordinal(row) - ordinal(d) <= 40]
                mains.sort(key=lambda d: (ordinal(d) > ordinal(row), abs(ordinal(row) - ordinal(d))))
                if mains:
                    main_of[identifier] = mains[0]
                    zaak = zaak or direct(mains[0])
            if not zaak and row["Soort"] in ("Antwoord schriftelijke vragen", "Mededeling (uitstel antwoord)", "Bijlage",
                                             "Antwoord schriftelijke vragen (nader)"):
                questions = [d for d in group if d["Soort"] == "Schriftelijke vragen"]
                if len(questions) == 1:
                    zaak = direct(questions[0])
                    if zaak:
                        self.records_question(questions[0], zaak)
            if zaak:
                case_of[identifier] = zaak
        # Answers whose questions were saved at another moment: by the subject they repeat.
        open_questions = [row for row in self.cases.values() if row["Soort"] == "Schriftelijke vragen"
                          and "2025-02-01" <= row["GestartOp"][:10] <= self.end]
        for identifier in list(self.records["Document"]):
            row = self.documents[identifier]
            if identifier in case_of or row["Soort"] not in ("Antwoord schriftelijke vragen", "Mededeling (uitstel antwoord)"):
                continue
            subject = re.sub(r"^.*?(?:vra(?:ag|gen)).*? (?:over|inzake|naar aanleiding van) ", "", row["Onderwerp"] or "", count=1)
            words = significant(subject)
            scored = sorted(((len(words & significant(z["Onderwerp"])) / max(1, min(len(words), len(significant(z["Onderwerp"])))), z["Id"], z)
                             for z in open_questions), key=lambda s: (-s[0], s[1]))
            if len(words) >= 3 and scored[0][0] >= .7 and scored[0][0] > scored[1][0] + .1:
                case_of[identifier] = scored[0][2]
        for identifier, zaak in case_of.items():
            record = self.records["Document"][identifier]
            if zaak["Id"] not in record.fields.get("zaak", []):
                record.relate("zaak", zaak["Id"], many=True)
            self.add_real("Zaak", zaak)
        for identifier, main in main_of.items():
            record = self.records["Document"][identifier]
            self.add_real("Document", main)
            record.relate("bronDocument", main["Id"], many=True)
            main_case = case_of.get(main["Id"]) or direct(main)
            if main_case and not record.fields.get("zaak"):
                record.relate("zaak", main_case["Id"], many=True)
                self.add_real("Zaak", main_case)
        # Attachments whose letter was saved separately follow the letter that precedes them
        # by number on the same day.
        numbered = sorted((row["DocumentNummer"], i) for i, row in ((i, self.documents[i]) for i in self.records["Document"]))
        names = [number for number, _ in numbered]
        for identifier, record in list(self.records["Document"].items()):
            row = self.documents[identifier]
            if row["Soort"] != "Bijlage" or record.fields.get("bronDocument"):
                continue
            place = bisect.bisect_left(names, row["DocumentNummer"])
            for number, other in reversed(numbered[max(0, place - 12):place]):
                before = self.documents[other]
                if before["Soort"] == "Bijlage":
                    continue
                if before["Soort"] in ("Brief regering", "Antwoord schriftelijke vragen") and before["Datum"][:10] == row["Datum"][:10] \
                        and int(row["DocumentNummer"][5:]) - int(number[5:]) <= 8:
                    record.relate("bronDocument", other, made=True, many=True)
                    for zaak in self.records["Document"][other].fields.get("zaak", []):
                        record.relate("zaak", zaak, made=True, many=True)
                break
        for category in ("Document", "Zaak"):
            for record in list(self.records[category].values()):
                if not record.fields.get("kamerstukdossier"):
                    self.relate_dossier(record)

    def records_question(self, row, zaak):
        """The questions to an answer, also when asked before the period."""
        record = self.add_real("Document", row)
        record.relate("zaak", zaak["Id"], many=True)
        self.add_real("Zaak", zaak)

    # -- activities and the rest ---------------------------------------------------------

    def find_activity(self, text, day, kinds=None, threshold=.6):
        """The activity of a day that a text is about."""
        words = significant(text)
        best = []
        for row in self.by_day.get(day, []):
            if kinds and not any(kind in (row["Soort"] or "") for kind in kinds):
                continue
            own = significant(strip_change(row["Onderwerp"]))
            if not own:
                continue
            score = len(own & words) / len(own)
            best.append((score, len(own & words), row["Id"], row))
        best.sort(key=lambda b: (-b[0], -b[1], b[2]))
        if best and best[0][0] >= threshold and (len(best) == 1 or best[0][:2] != best[1][:2]):
            return best[0][3]
        return None

    def link_activities(self):
        kinds_of = {
            "Verslag van een commissiedebat": ["Commissiedebat"], "Verslag van een wetgevingsoverleg": ["Wetgevingsoverleg"],
            "Verslag van een notaoverleg": ["Notaoverleg"], "Convocatie commissieactiviteit": None, "Convocatie inbreng": None,
            "Sprekerslijst": None, "Stemmingslijst": ["Stemmingen"], "Stenogram": None,
            "Verslag van een hoorzitting / rondetafelgesprek": None, "Verslag van een werkbezoek": None,
            "Verslag van een bijeenkomst": None, "Inbreng verslag schriftelijk overleg": ["Inbreng"],
            "Agenda procedurevergadering": ["rocedurevergadering"], "Besluitenlijst procedurevergadering": ["rocedurevergadering"],
        }
        for identifier, record in list(self.records["Document"].items()):
            row = self.documents[identifier]
            if row["Soort"] not in kinds_of:
                continue
            found = None
            if row["Soort"] == "Stenogram":
                # A stenographic report carries the time at which its activity began.
                same = [a for a in self.by_day.get(row["Datum"][:10], []) if a["Aanvangstijd"] == row["Datum"]
                        and a["Soort"].startswith(("Plenair", "Regeling", "Stemmingen", "Vragenuur", "Herdenking", "Beëdiging"))]
                found = same[0] if len(same) == 1 else self.find_activity(row["Onderwerp"], row["Datum"][:10], ["Plenair"])
            elif row["Soort"] == "Stemmingslijst":
                same = sorted((a for a in self.by_day.get(row["Datum"][:10], []) if a["Soort"] == "Stemmingen"), key=lambda a: a["Aanvangstijd"])
                found = (same[-1] if "tweede" in row["Onderwerp"] else same[0]) if same else None
            else:
                for day in dates_in(row["Onderwerp"], row["Datum"]) + [row["Datum"][:10]]:
                    candidates = kinds_of[row["Soort"]]
                    found = self.find_activity(row["Onderwerp"], day, candidates)
                    if not found and candidates == ["rocedurevergadering"]:
                        text = fold(row["Onderwerp"])
                        same = [a for a in self.by_day.get(day, []) if "rocedurevergadering" in a["Soort"]
                                and (fold(a["Voortouwnaam"] or "-") in text or fold((a["Voortouwnaam"] or "-").split(" voor ")[-1]) in text
                                     or re.search(rf"\b{re.escape(fold(a['Voortouwafkorting'] or '-'))}\b", text.replace("ienw", "i&w")))]
                        found = same[0] if len(same) == 1 else None
                    if found:
                        break
            if found:
                self.add_real("Activiteit", found)
                record.relate("activiteit", found["Id"], many=True)

        # "Moties ingediend bij het tweeminutendebat X": those motions belong to that debate.
        for item, zaken in self.item_cases.items():
            row = self.agenda_items[item]
            match = re.search(r"ingediend bij (?:het|de|een)? ?(.*)", row["Onderwerp"] or "")
            if not match:
                continue
            for zaak in zaken:
                case = self.cases[zaak]
                debate = self.find_activity(match.group(1), case["GestartOp"][:10], ["Plenair debat", "Wetgevingsoverleg", "Notaoverleg"], .5)
                if debate and zaak in self.records["Zaak"]:
                    self.add_real("Activiteit", debate)
                    self.records["Zaak"][zaak].relate("activiteit", debate["Id"], many=True)
        # Motions of the period: the debate of that day in which others of the same dossier were tabled.
        debate_of = collections.defaultdict(collections.Counter)
        motions = [r for r in self.records["Zaak"].values() if r.fields["soort"] in ("Motie", "Amendement")]
        for record in motions:
            for activity in record.fields.get("activiteit", []):
                debate_of[record.fields["gestartOp"][:10], record.fields.get("titel")][activity] += 1
        for record in motions:
            counted = debate_of.get((record.fields["gestartOp"][:10], record.fields.get("titel")))
            if counted and record.fields["soort"] == "Motie" and not record.fields.get("activiteit") and len(counted) == 1:
                record.relate("activiteit", counted.most_common(1)[0][0], many=True)
        # A letter whose subject names a debate held within four weeks: placed on its agenda.
        self.debates = [self.activities[i] for i, r in self.records["Activiteit"].items() if r.fields["soort"] in
                        ("Commissiedebat", "Wetgevingsoverleg", "Notaoverleg", "Inbreng schriftelijk overleg", "Technische briefing")]
        for record in list(self.records["Zaak"].values()):
            if record.fields["soort"] not in ("Brief regering", "Brief van lid/fractie/commissie", "EU-voorstel") or record.fields.get("activiteit"):
                continue
            words, best = significant(record.fields["onderwerp"]), None
            for row in self.debates:
                own = significant(strip_change(row["Onderwerp"]))
                gap = (dt.date.fromisoformat((row["Datum"] or row["Aanvangstijd"])[:10]) - dt.date.fromisoformat(record.fields["gestartOp"][:10])).days
                if own and own <= words and 0 <= gap <= 28 and (len(own) >= 2 or len(next(iter(own))) >= 9):
                    best = max(best or (0, ""), (len(own), row["Id"]))
            if best:
                record.relate("activiteit", best[1], made=True, many=True)
        for record in self.records["Document"].values():  # a document shares the debate of its zaak
            for zaak in record.fields.get("zaak", []):
                case = self.records["Zaak"].get(zaak)
                if case and record.fields["soort"].startswith(("Motie", "Brief regering")):
                    for activity in case.fields.get("activiteit", []):
                        record.relate("activiteit", activity, made="made:activiteit" in case.added, many=True)
        # Agenda items with exactly the subject of one zaak are about that zaak.
        subjects = collections.defaultdict(list)
        for record in self.records["Zaak"].values():
            if self.in_window(record.fields["gestartOp"]):
                subjects[fold(record.fields["onderwerp"])].append(record)
        for row in self.agenda_items.values():
            if row["Onderwerp"] and "2025-06-20" < row["GewijzigdOp"][:10] <= self.end and not row["Verwijderd"]:
                found = subjects.get(fold(row["Onderwerp"]), [])
                if len(found) == 1 and len(found[0].fields.get("agendapunt", [])) < 3:
                    item = self.add_real("Agendapunt", row)
                    found[0].relate("agendapunt", row["Id"], many=True)
                    if not item.fields.get("activiteit"):
                        for activity in found[0].fields.get("activiteit", [])[:1]:
                            item.relate("activiteit", activity, made=True)
        for record in self.records["Document"].values():
            if record.fields["soort"].startswith("Motie"):
                for zaak in record.fields.get("zaak", []):
                    case = self.records["Zaak"].get(zaak)
                    for item in (case.fields.get("agendapunt", []) if case else []):
                        record.relate("agendapunt", item, many=True)
        # All activities that agenda items point at, and the committee in the lead of each.
        for record in self.records["Agendapunt"].values():
            activity = record.fields.get("activiteit")
            if activity in self.activities:
                self.add_real("Activiteit", self.activities[activity])
        for record in self.records["Activiteit"].values():
            committee = self.committee.get(record.fields.get("sidVoortouw"))
            if committee:
                record.relate("voortouwcommissie", committee)
        # "(verplaatst naar 7 juli)" leads to the activity that replaces it.
        for record in list(self.records["Activiteit"].values()):
            if record.fields["status"] != "Verplaatst":
                continue
            day = record.fields.get("datum") or record.fields["aanvangstijd"]
            for new in dates_in(record.fields["onderwerp"], day):
                found = self.find_activity(strip_change(record.fields["onderwerp"]), new, [record.fields["soort"]])
                if found and found["Id"] != record.id:
                    self.add_real("Activiteit", found).relate("vervangenVanuit", record.id)
                    committee = self.committee.get(found["SidVoortouw"])
                    if committee:
                        self.records["Activiteit"][found["Id"]].relate("voortouwcommissie", committee)
                    break

    # -- files, versions, publications, texts ------------------------------------------------

    def recorded_files(self):
        folder = f"{self.source}/documents"
        types = {"pdf": "application/pdf", "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
                 "doc": "application/msword"}
        for path in sorted(glob.glob(f"{folder}/*")):
            name, extension = os.path.basename(path).rsplit(".", 1)
            if name in self.documents:
                row = self.documents[name]
                record = self.add_real("Document", row)
                motion = self.motions.get(name)
                case = self.cases.get(motion["Zaak_Id"]) if motion else None
                if not case:
                    same = [z for z in self.cases.values() if fold(z["Onderwerp"]) == fold(row["Onderwerp"])
                            and z["GestartOp"][:10] == row["Datum"][:10]]
                    case = same[0] if len(same) == 1 else None
                if case:
                    self.add_real("Zaak", case)
                    self.relate_dossier(self.records["Zaak"][case["Id"]])
                    record.relate("zaak", case["Id"], many=True)
                self.relate_dossier(record)
                data = open(path, "rb").read()
                self.files[name] = (extension, data)
                if extension != "doc":
                    # The .doc stays announced as the PDF it was converted to: mislabelled files occur.
                    record.resource = {"contentType": types[extension], "contentLength": len(data)}
                    if extension != "pdf":
                        record.added.add("made:resource")
        # An answer to written questions, as a ministry wrote it; authors' names are removed.
        data = without_authors(f"{folder}/kamervragen-1.docx")
        case = self.case_by_number["2024Z11859"]
        self.add_real("Zaak", case)
        answer = self.add("Document", made_id("document", "kamervragen-1"), {
            "soort": "Antwoord schriftelijke vragen", "documentNummer": "2024D99001", "datum": "2024-07-25T00:00:00+02:00",
            "onderwerp": "Antwoord op vragen van de leden Mutluer, Lahlah, Boswijk en Helder over de voorgenomen sluiting van het politiebureau in Wolvega",
            "volgnummer": -1, "vergaderjaar": "2023-2024", "kamer": 2, "organisatie": "Tweede Kamer",
            "datumRegistratie": "2024-07-25T00:00:00+02:00", "zaak": [case["Id"]]}, "made", local("2024-07-25", 13, 15))
        answer.resource = {"contentType": types["docx"], "contentLength": len(data)}
        self.files[answer.id] = ("docx", data)
        # Two lists of decisions: documents that are not recorded otherwise.
        for file, number, day, committee, sid in (
                ("besluitenlijst_example1.pdf", "2009D99001", "2009-04-03", "vaste commissie voor Binnenlandse Zaken en Koninkrijksrelaties", "2 april 2009"),
                ("besluitenlijst_example2.pdf", "2016D99001", "2016-10-28", "vaste commissie voor Financiën", "26 oktober 2016")):
            data = open(f"{folder}/{file}", "rb").read()
            year = int(day[:4]) - (day[5:7] < "09")
            record = self.add("Document", made_id("document", file), {
                "soort": "Besluitenlijst procedurevergadering", "documentNummer": number,
                "onderwerp": f"Besluitenlijst van de procedurevergadering van {sid} van de {committee}",
                "datum": local_text(local(day))[:19] + local_text(local(day))[23:], "volgnummer": -1,
                "vergaderjaar": f"{year}-{year + 1}", "kamer": 2, "organisatie": "Tweede Kamer"}, "made", local(day, 14, 5))
            record.resource = {"contentType": "application/pdf", "contentLength": len(data)}
            self.files[record.id] = ("pdf", data)
        self.reference_letter()
        for report, (meeting, data, root) in self.transcripts.items():
            # Content-Length is that of the file itself; it lies compressed in resources/.
            self.files[report] = ("xml.zst", zstandard.ZstdCompressor(level=19).compress(data))

    def reference_letter(self):
        """Letter 2019D53771 on Russia: real text, of which the PDF and XML are made here."""
        letter = Letter(open(f"{HERE}/2019D53771.txt", encoding="utf-8").read())
        zaak = self.add_real("Zaak", self.case_by_number["2019Z26157"])
        self.dossier_titles["35373"] = "Rusland"
        dossier = self.dossier("35373")
        zaak.relate("kamerstukdossier", dossier)
        identifier, version = made_id("document", "2019D53771"), made_id("versie", "2019D53771", 3)
        pdf = letter.pdf()
        record = self.add("Document", identifier, {
            "soort": "Brief regering", "documentNummer": "2019D53771", "titel": "Rusland",
            "onderwerp": zaak.fields["onderwerp"], "datum": "2019-12-22T00:00:00+01:00", "volgnummer": 1,
            "vergaderjaar": "2019-2020", "kamer": 2, "organisatie": "Tweede Kamer",
            "datumRegistratie": "2019-12-23T00:00:00+01:00", "huidigeDocumentVersie": version,
            "kamerstukdossier": dossier, "zaak": [zaak.id]}, "made")
        record.state(local("2019-12-23", 9, 41), {"huidigeDocumentVersie": made_id("versie", "2019D53771", 1)})
        record.state(local("2024-02-19", 10, 56, 12))
        record.resource = {"contentType": "application/pdf", "contentLength": len(pdf)}
        self.files[identifier] = ("pdf", pdf)
        for number, moment, size in ((1, local("2019-12-23", 9, 41), 210), (3, local("2020-01-14", 15, 2), len(pdf) // 1024)):
            self.add("DocumentVersie", made_id("versie", "2019D53771", number), {
                "document": identifier, "status": "Vrijgegeven", "versienummer": number, "bestandsgrootte": size, "extensie": ".pdf",
                "datum": local_text(moment), "externeidentifier": "kst-35373-1" if number == 3 else None}, "made", moment)
        # Only the signatory is certain: the rest of the actors was lost in that copy.
        blok = self.initials_index.get(fold("S.A. Blok"))
        self.add("DocumentActor", made_id("documentactor", "2019D53771"), {
            "document": identifier, "persoon": blok, "actorNaam": "S.A. Blok", "functie": "minister van Buitenlandse Zaken",
            "relatie": "Eerste ondertekenaar"}, "derived", local("2019-12-23", 9, 41, 5))
        self.add("ZaakActor", made_id("zaakactor", "2019Z26157"), {
            "zaak": zaak.id, "persoon": blok, "actorNaam": "S.A. Blok", "functie": "minister van Buitenlandse Zaken",
            "relatie": "Indiener"}, "derived", local("2019-12-23", 9, 41, 6))
        self.publications["kst-35373-1"] = ("made", letter.xml())

    def versions_and_publications(self):
        used = set()
        # A motion's version that is named but not recorded follows from its official publication.
        for identifier, document in self.records["Document"].items():
            version, motion = document.fields.get("huidigeDocumentVersie"), self.motions.get(identifier)
            if version and version not in self.versions and motion and motion["kst"] and share(version) < .9:
                row = self.documents[identifier]
                self.add("DocumentVersie", version, {
                    "document": identifier, "status": "Vrijgegeven", "versienummer": 3, "extensie": ".pdf", "externeidentifier": motion["kst"],
                    "bestandsgrootte": row["ContentLength"] // 1024, "datum": row["GewijzigdOp"]}, "derived").real = utc(row["ApiGewijzigdOp"])
        for version in self.versions.values():
            document = self.records["Document"].get(version["Document_Id"])
            if document and not version["Verwijderd"]:
                self.add_real("DocumentVersie", version)
                document.fields.setdefault("huidigeDocumentVersie", version["Id"])
                used.add(version["Id"])
        for category in ("DocumentPublicatie", "DocumentPublicatieMetadata"):
            for row in self.odata(category):
                if row.get("DocumentVersie_Id") in used and not row["Verwijderd"]:
                    self.add_real(category, row)
        names = {self.motions[d]["publicatieId"]: self.motions[d] for d in self.records["Document"] if d in self.motions}
        for name, text in publication_files(self.source):
            if name in names and names[name]["kst"]:
                self.publications[names[name]["kst"]] = ("real", text)
        for identifier in self.records["Document"]:
            motion = self.motions.get(identifier)
            if motion and motion["alineas"] and identifier not in self.files:
                self.texts[identifier] = motion_paragraphs(motion)
        # Three motions serve as files in other formats, so that each reader is exercised.
        chosen = sorted(i for i in self.texts if self.documents[i]["Datum"][:10] == "2025-07-01")[:3]
        for identifier, (extension, kind, build) in zip(chosen, (
                ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", docx_of),
                ("html", "text/html", html_of), ("txt", "text/plain", text_of))):
            data = build(self.texts.pop(identifier))
            self.files[identifier] = (extension, data)
            record = self.records["Document"][identifier]
            record.resource = {"contentType": kind, "contentLength": len(data)}
            record.added.add("made:resource")

    # -- actors of documents and zaken --------------------------------------------------------

    def actors(self):
        for identifier, record in list(self.records["Document"].items()):
            kind = record.fields["soort"]
            signers = []
            motion = self.motions.get(identifier)
            if motion and motion["indieners"]:
                # Recorded as names in the publication; the persons were matched by name.
                # The publication lists them by the alphabet; the title names who came first.
                named = [person for _, person in self.members_in(record.fields.get("onderwerp") or "")]
                signers = sorted(((p["naam"], p.get("Persoon_Id")) for p in motion["indieners"]),
                                 key=lambda p: named.index(p[1]) if p[1] in named else len(named))
            elif kind.startswith(("Motie", "Amendement", "Initiatiefnota", "Voorstel van wet (initiatief")):
                signers = [(self.full_name(p), p) for _, p in self.members_in(record.fields.get("onderwerp") or "")
                           ] or [(self.full_name(p), p) for _, p in self.members_in(record.fields.get("titel") or "") if "nitiatief" in kind]
            for place, (name, person) in enumerate(signers):
                self.actor("DocumentActor", "document", record, name, person,
                           "Eerste ondertekenaar" if place == 0 else "Mede ondertekenaar", place, "lid Tweede Kamer")
            if signers:
                for zaak in record.fields.get("zaak", []):
                    case = self.records["Zaak"].get(zaak)
                    if case and case.fields["soort"] in ("Motie", "Amendement", "Initiatiefnota"):
                        for place, (name, person) in enumerate(signers):
                            self.actor("ZaakActor", "zaak", case, name, person, "Indiener" if place == 0 else "Medeindiener",
                                       place, "lid Tweede Kamer")
            if kind in ("Antwoord schriftelijke vragen", "Mededeling (uitstel antwoord)"):
                for place, (name, person) in enumerate(self.members_in(record.fields["onderwerp"])):
                    for zaak in record.fields.get("zaak", []):
                        case = self.records["Zaak"].get(zaak)
                        if case and case.fields["soort"] == "Schriftelijke vragen":
                            self.actor("ZaakActor", "zaak", case, self.full_name(person), person,
                                       "Indiener" if place == 0 else "Medeindiener", place, "lid Tweede Kamer")
                            for other in self.records["Document"].values():
                                if zaak in other.fields.get("zaak", []) and other.fields["soort"] == "Schriftelijke vragen":
                                    self.actor("DocumentActor", "document", other, self.full_name(person), person,
                                               "Eerste ondertekenaar" if place == 0 else "Mede ondertekenaar", place, "lid Tweede Kamer")
        # Older questions come with their actors.
        questions = {i for i, r in self.records["Zaak"].items() if r.fields["soort"] == "Schriftelijke vragen"}
        for row in read_jsonl(f"{self.source}/derived/schriftelijke_vragen_zaken.jsonl.zst"):
            if row["Id"] in questions:
                for place, actor in enumerate(row["actors"]):
                    self.actor("ZaakActor", "zaak", self.records["Zaak"][row["Id"]], actor["naam"], actor["Persoon_Id"],
                               actor["Relatie"], place, None)
        # The committee in the lead: recorded with the debate, else chosen by the subject.
        for record in list(self.records["Zaak"].values()):
            committee, made = None, False
            for activity in record.fields.get("activiteit", []):
                held = self.records["Activiteit"].get(activity)
                committee = committee or (held.fields.get("voortouwcommissie") if held else None)
                made = made or "made:activiteit" in record.added
            if not committee and record.fields["soort"] in ("Brief regering", "Brief commissie", "Wetgeving", "Schriftelijke vragen"):
                text = fold(f"{record.fields.get('titel', '')} {record.fields['onderwerp']}")
                short = next((short for short, words in SUBJECTS if re.search(words, text)), None)
                committee, made = self.committee_short.get(short), True
            if committee:
                name = self.records["Commissie"][committee].fields["naamNl"]
                self.add("ZaakActor", made_id("zaakactor", record.id, "voortouw"), {
                    "zaak": record.id, "commissie": committee, "actorNaam": name,
                    "actorAfkorting": self.records["Commissie"][committee].fields["afkorting"],
                    "relatie": "Voortouwcommissie"}, "made" if made else "derived").after = record

    def actor(self, category, field, owner, name, person, relation, place, role):
        if person and person not in self.records["Persoon"]:
            person = None
        party = self.member_party.get(person) if person in self.current else None
        record = self.add(category, made_id(category, owner.id, relation, person or name), {
            field: owner.id, "persoon": person, "actorNaam": self.full_name(person) if person else name,
            "actorFractie": party, "functie": role, "relatie": relation,
            "sidActor": self.member_sid.get(person)}, "derived")
        record.after = owner
        record.place = place

    # -- meetings and reports -----------------------------------------------------------------

    def meetings(self):
        for row in self.meetings_real.values():
            if self.in_window(row["Datum"]) and not row["Verwijderd"]:
                self.add_real("Vergadering", row)
        for report, (meeting, data, root) in sorted(self.transcripts.items()):
            if meeting in self.meetings_real:
                self.add_real("Vergadering", self.meetings_real[meeting])
            saved = dt.datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", root.get("Timestamp"))).astimezone(UTC)
            record = self.add("Verslag", report, {"vergadering": meeting, "soort": root.get("soort"), "status": root.get("status")}, "derived")
            record.state(saved + dt.timedelta(seconds=25))
            record.known_time = True
            record.resource = {"contentType": "application/xml", "contentLength": len(data)}

    # -- time -----------------------------------------------------------------------------------

    def time_everything(self):
        Timing(self).run()

    # -- details of persons -----------------------------------------------------------------------

    def people_details(self):
        persons = self.records["Persoon"]
        names = {}
        for identifier, record in persons.items():
            f = record.fields
            names.setdefault((fold(" ".join(x for x in (f.get("roepnaam"), f.get("tussenvoegsel"), f.get("achternaam")) if x)), f.get("geboortedatum")), identifier)
        import csv
        for number, row in enumerate(csv.DictReader(open(f"{self.source}/people/reizen.csv", encoding="utf-8-sig"))):
            if (row["van"] or "") < "2023":
                continue
            person = names.get((fold(re.sub(r"\s*\(.*?\)$", "", row["naam"])), row["geboortedatum"]))
            if not person:
                self.notes["journeys whose traveller was not found"] += 1
                continue
            end = row["tot_en_met"] or row["van"]
            self.add("PersoonReis", made_id("reis", number, row["naam"], row["van"]), {
                "persoon": person, "doel": row["doel"], "bestemming": row["bestemming"], "van": row["van"], "totEnMet": row["tot_en_met"] or None,
                "betaaldDoor": row["betaald_door"], "gewicht": 1}, "derived", local(end, 16, 20) + dt.timedelta(days=9))
        # Careers, gifts and the like were not recorded. They are invented, and so are the two persons
        # who have them: nothing is made up about a real person.
        chosen = []
        for number, fields in enumerate((
                {"initialen": "V.", "achternaam": "Voorbeeld", "voornamen": "Vera", "roepnaam": "Vera", "geslacht": "vrouw", "geboortedatum": "1985-01-01"},
                {"initialen": "P.", "tussenvoegsel": "van", "achternaam": "Proef", "voornamen": "Pieter", "roepnaam": "Piet", "geslacht": "man", "geboortedatum": "1979-12-31"})):
            chosen.append(self.add("Persoon", made_id("persoon", number), {"nummer": str(99_001 + number), "functie": "Oud Kamerlid", **fields}, "made",
                                   local("2024-03-11", 10)).id)
        long_ago = local("2024-03-11", 10, 30)
        rows = [
            ("PersoonLoopbaan", {"functie": "Docent geschiedenis", "werkgever": "Voorbeeldcollege", "van": "2009", "totEnMet": "2014-08"}),
            ("PersoonLoopbaan", {"functie": "Beleidsmedewerker", "werkgever": "Gemeente Voorbeeldstad", "van": "2014-09", "totEnMet": "2019"}),
            ("PersoonLoopbaan", {"functie": "Projectleider", "werkgever": "Stichting Voorbeeld", "omschrijvingNl": "Vrijwilligerswerk in de wijk",
                                 "van": "2019-W36", "totEnMet": "2021-03-30"}),
            ("PersoonOnderwijs", {"opleidingNl": "Bestuurskunde", "opleidingEn": "Public administration", "instelling": "Voorbeelduniversiteit", "van": "2003", "totEnMet": "2008"}),
            ("PersoonOnderwijs", {"opleidingNl": "Vwo", "instelling": "Voorbeeldlyceum", "van": "1997-09", "totEnMet": "2003-06"}),
            ("PersoonGeschenk", {"omschrijving": "Boek over de geschiedenis van de polder, aangeboden bij een werkbezoek (waarde circa 25 euro).", "datum": "2025-05-14"}),
            ("PersoonGeschenk", {"omschrijving": "Bos bloemen na een lezing.", "datum": "2025-06-26"}),
            ("PersoonGeschenk", {"omschrijving": "Toegangskaart voor een concert, niet gebruikt.", "datum": "2025-07-01"}),
            ("PersoonNevenfunctie", {"omschrijving": "Voorzitter van een zangvereniging", "isActief": True, "periode": "2021 - heden", "vergoeding": "Onbezoldigd"}),
            ("PersoonNevenfunctie", {"omschrijving": "Gastdocent", "isActief": True, "periode": "2019-05 - heden", "vergoeding": "Bezoldigd"}),
            ("PersoonNevenfunctie", {"omschrijving": "Lid van een dorpsraad", "isActief": False, "periode": "2016 - 2019", "vergoeding": "Onbezoldigd"}),
            ("PersoonContactinformatie", {"soort": "Website", "waarde": "https://www.example.nl/kamerlid"}),
            ("PersoonContactinformatie", {"soort": "E-mail", "waarde": "kamerlid@example.nl"}),
            ("PersoonReis", {"doel": "Kennismaking met een zusterparlement", "bestemming": "Brussel, België", "van": "2024-W22", "betaaldDoor": "Tweede Kamer der Staten-Generaal."}),
            ("PersoonReis", {"doel": "Studiereis", "bestemming": "Kopenhagen, Denemarken", "van": "2023-05", "totEnMet": "2023-05", "betaaldDoor": "Eigen rekening."}),
        ]
        for number, (category, fields) in enumerate(rows):
            person = chosen[number % len(chosen)]
            moment = long_ago + dt.timedelta(days=number)
            if fields.get("datum", "") > "2025-06":
                moment = local(fields["datum"], 15, 10) + dt.timedelta(days=2)
            record = self.add(category, made_id(category, number), {"persoon": person, **fields, "gewicht": 1 + number % 3}, "made", moment)
            if fields.get("vergoeding") == "Bezoldigd":
                for year in ("2023", "2024"):
                    self.add("PersoonNevenfunctieInkomsten", made_id("inkomsten", year), {
                        "persoonNevenfunctie": record.id, "jaar": year, "bedragSoort": "Bruto", "bedragVoorvoegsel": "circa", "bedragValuta": "EUR",
                        "bedrag": 1250.5 if year == "2023" else 1400, "frequentie": "Per jaar", "opmerking": "Inkomsten worden verrekend."},
                        "made", local(f"{int(year) + 1}-04-01", 11))
        for short in ("VWS", "FIN", "BuZa"):
            committee = self.committee_short.get(short)
            if committee:
                for weight, (kind, value) in enumerate((("E-mail", f"cie.{short.lower()}@example.nl"), ("Telefoon", "000-0000000"))):
                    self.add("CommissieContactinformatie", made_id("contact", short, kind), {
                        "commissie": committee, "soort": kind, "waarde": value, "gewicht": weight + 1}, "made", local("2024-01-15", 9))

    # -- seats ---------------------------------------------------------------------------------------

    def seats(self):
        """Seats of the parties and of the committees, from roll calls and from attendance."""
        term = "2023-12-06"
        by_party = collections.defaultdict(list)
        for person in sorted(self.current):
            if person in self.records["Persoon"]:
                by_party[self.member_party[person]].append(person)
        first_rolls = min(self.first_vote.values(), default=term)
        for abbreviation, members in sorted(by_party.items()):
            party = self.party.get(abbreviation)
            if not party:
                self.notes[f"members of {abbreviation} without a party entity"] += len(members)
                continue
            size = max(self.records["Fractie"][party].fields.get("aantalZetels") or 0, len(members))
            for number in range(size):
                seat = self.add("FractieZetel", made_id("fractiezetel", party, number), {"fractie": party, "gewicht": number + 1}, "made", local(term, 14, 30))
                if number < len(members):
                    person = members[number]
                    # In office since the start of the term if the first roll call of the term knows the member.
                    early = self.first_vote[person] <= "2024-03-31"
                    self.add("FractieZetelPersoon", made_id("zetelpersoon", person), {
                        "fractieZetel": seat.id, "persoon": person, "functie": "Lid", "van": term if early else None},
                        "derived", local(term, 14, 31) if early else local(self.first_vote[person], 15))
                else:
                    self.add("FractieZetelVacature", made_id("vacature", seat.id), {
                        "fractieZetel": seat.id, "functie": "Lid", "van": "2025-06-24"}, "made", local("2025-06-24", 10, 5))
        if len(self.records["FractieZetelVacature"]) < 3:
            for number, seat in enumerate(sorted(self.records["FractieZetel"])[:2]):
                self.add("FractieZetelVacature", made_id("vacature", seat), {
                    "fractieZetel": seat, "functie": "Lid", "van": f"2025-0{4 + number}-01", "totEnMet": f"2025-0{4 + number}-14"},
                    "made", local(f"2025-0{4 + number}-01", 10, 5))
        # Committees: who took part in at least two recorded meetings since the elections, and sits now.
        for path in sorted(glob.glob(f"{self.source}/agenda/*.ics")):
            name = fold(os.path.basename(path)[:-4].replace("--", ", ").replace("-", " "))
            committee = self.committee_name.get(name) or next(
                (i for n, i in self.committee_name.items() if fold(n).replace(",", "").replace("  ", " ") == name.replace(",", "").replace("  ", " ")), None)
            if not committee or self.records["Commissie"][committee].fields.get("datumInactief"):
                continue
            attended = collections.Counter()
            for event in open(path, encoding="utf-8").read().split("BEGIN:VEVENT")[1:]:
                event = event.replace("\r\n ", "").replace("\n ", " ")
                when = re.search(r"DTSTART:(\d{8})", event)
                if not when or not "20240101" <= when.group(1) <= "20250704":
                    continue
                for person in re.findall(r"\\n\s+([^\\()]+?(?:\([^()\\]+\) [^\\()]+?)?) \(([^()\\]+)\)", event):
                    name_only = re.sub(r"\s*\(.*?\)", "", person[0])
                    found = self.initials_index.get(fold(name_only))
                    if found in self.current:
                        attended[found] += 1
            full, substitute = [], []
            parties = set()
            for person, count in sorted(attended.items(), key=lambda p: (-p[1], p[0])):
                if count < 2:
                    continue
                party = self.member_party[person]
                (substitute if party in parties else full).append(person)
                parties.add(party)
            seat_of = {}
            for number, person in enumerate(full):
                seat = self.add("CommissieZetel", made_id("commissiezetel", committee, number), {"commissie": committee, "gewicht": number + 1}, "made", local("2023-12-20", 11))
                seat_of[self.member_party[person]] = seat
                self.add("CommissieZetelVastPersoon", made_id("vast", committee, person), {
                    "commissieZetel": seat.id, "persoon": person, "functie": "Lid", "van": "2023-12-20"}, "derived", local("2023-12-20", 11, 5))
            for person in substitute:
                seat = seat_of[self.member_party[person]]
                self.add("CommissieZetelVervangerPersoon", made_id("vervanger", committee, person), {
                    "commissieZetel": seat.id, "persoon": person, "functie": "Plv. lid", "van": "2023-12-20"}, "derived", local("2023-12-20", 11, 6))
            if full:
                vacant = self.add("CommissieZetel", made_id("commissiezetel", committee, "vacant"), {"commissie": committee, "gewicht": len(full) + 1}, "made", local("2023-12-20", 11))
                party = self.party["VVD"] if len(full) % 2 else self.party["PVV"]
                kind = "CommissieZetelVastVacature" if len(full) % 2 else "CommissieZetelVervangerVacature"
                self.add(kind, made_id("commissievacature", committee), {
                    "commissieZetel": vacant.id, "fractie": party, "functie": "Lid" if len(full) % 2 else "Plv. lid", "van": "2025-06-05"}, "made", local("2025-06-05", 10))

    # -- rooms and people of activities ---------------------------------------------------------------

    def reservations_and_actors_of_activities(self):
        rooms = ["Thorbeckezaal", "Troelstrazaal", "Groen van Prinstererzaal", "Suze Groenewegzaal", "Aletta Jacobszaal", "Wttewaall van Stoetwegenzaal", "Klompézaal"]
        rooms = [room for room in rooms if room in self.room]
        meetings = collections.defaultdict(list)
        for record in self.records["Vergadering"].values():
            meetings[record.fields["aanvangstijd"]].append(record)
        without = ("E-mailprocedure", "Inbreng", "Werkbezoek", "Schriftelijk", "Delegatie", "Ontbijt")
        self.reservation_of = {}
        for record in list(self.records["Activiteit"].values()):
            fields = record.fields
            day = fields.get("datum") or fields.get("aanvangstijd")
            if not self.in_window(day) and day[:10] < self.end or fields["soort"].startswith(without):
                continue
            plenary = fields["soort"].startswith(("Plenair", "Stemmingen", "Regeling", "Vragenuur", "Herdenking", "Beëdiging"))
            origin = "made"
            room = "Plenaire zaal" if plenary else None
            for meeting in meetings.get(fields.get("aanvangstijd"), []):
                words = significant(strip_change(fields["onderwerp"]))
                if meeting.fields["soort"] == "Commissie" and len(words & significant(meeting.fields["titel"])) >= max(1, len(words) // 2):
                    room, origin = meeting.fields["zaal"], "derived"
            if not room:
                # Rooms were not recorded with the activities: one by chance, so that agendas show a place.
                room = rooms[int(share("room" + record.id) * len(rooms))]
            reservation = self.add("Reservering", made_id("reservering", record.id), {
                "nummer": fields.get("vrsNummer") or str(16_300_000 + int(share(record.id) * 99_999)), "statusCode": "R2", "statusNaam": "UsrMade",
                "activiteitNummer": fields["nummer"], "activiteit": [record.id], "zaal": self.room.get(room)}, origin, record.first + dt.timedelta(seconds=40))
            self.reservation_of[fields["nummer"]] = reservation
            if fields["status"] == "Uitgevoerd" and len(record.states) > 1:
                reservation.states[0] = (reservation.states[0][0], {}, False, False)
                reservation.state(record.states[-1][0] + dt.timedelta(seconds=50), {"statusCode": "R3", "statusNaam": "UsrAdministrativelyCompleted"})
        for record in list(self.records["Activiteit"].values()):
            committee = record.fields.get("voortouwcommissie")
            if committee:
                self.add("ActiviteitActor", made_id("activiteitactor", record.id, "voortouw"), {
                    "activiteit": record.id, "commissie": committee, "actorNaam": self.records["Commissie"][committee].fields["naamNl"],
                    "relatie": "Voortouwcommissie", "sidActor": record.fields.get("sidVoortouw"), "volgorde": 1}, "derived", record.first + dt.timedelta(seconds=2))
        # Who spoke, according to the transcripts.
        for report, (meeting, data, root) in sorted(self.transcripts.items()):
            for element in root.iter(f"{VLOS}activiteit"):
                row = self.activity_by_number.get(element.findtext(f"{VLOS}parlisid") or "")
                if not row:
                    continue
                activity, order = self.records["Activiteit"][row["Id"]], 1
                for speaker in element.iter(f"{VLOS}spreker"):
                    person, name, role = self.speaker(speaker)
                    identifier = made_id("activiteitactor", activity.id, person or name)
                    if identifier in self.records["ActiviteitActor"] or not name:
                        continue
                    order += 1
                    member = "Kamerlid" in (speaker.get("soort") or "")
                    self.add("ActiviteitActor", identifier, {
                        "activiteit": activity.id, "persoon": person, "actorNaam": self.full_name(person) if person else name,
                        "actorFractie": speaker.findtext(f"{VLOS}fractie") if member else None, "relatie": "Deelnemer" if member else "Bewindspersoon c.a.",
                        "functie": role, "volgorde": order, "sidActor": self.member_sid.get(person)}, "derived",
                        max(activity.first + dt.timedelta(minutes=5), utc(row["Aanvangstijd"]) - dt.timedelta(hours=26)))
        # Who tabled a motion in a debate took part in it.
        for actor in list(self.records["ZaakActor"].values()):
            zaak = self.records["Zaak"].get(actor.fields["zaak"])
            if zaak and zaak.fields["soort"] == "Motie" and actor.fields["relatie"] == "Indiener" and actor.fields.get("persoon"):
                for activity in zaak.fields.get("activiteit", []):
                    held = self.records["Activiteit"].get(activity)
                    if held and self.in_window(held.fields["datum"]):
                        self.add("ActiviteitActor", made_id("activiteitactor", activity, actor.fields["persoon"]), {
                            "activiteit": activity, "persoon": actor.fields["persoon"], "actorNaam": actor.fields["actorNaam"],
                            "actorFractie": actor.fields.get("actorFractie"), "relatie": "Deelnemer", "functie": "lid Tweede Kamer", "volgorde": 20,
                            "sidActor": actor.fields.get("sidActor")}, "derived", max(held.first + dt.timedelta(minutes=5), utc(held.fields["aanvangstijd"]) - dt.timedelta(hours=20)))

    def speaker(self, element):
        """A speaker of a transcript -> (person, name, role); its objectid is not a person's id."""
        last = re.sub(r"\s+", " ", element.findtext(f"{VLOS}achternaam") or "").strip()
        first = (element.findtext(f"{VLOS}voornaam") or "").strip()
        shown = (element.findtext(f"{VLOS}verslagnaam") or "").strip()
        role = re.sub(r"\s+", " ", element.findtext(f"{VLOS}functie") or "").strip()
        match = re.match(r"(.+?) ((?:van|de|den|der|ten|ter|het|'t|te|el|la|le|in|von)(?: .*)?)$", last)
        natural = f"{match.group(2)} {match.group(1)}" if match else last
        person = self.member(f"{first} {natural}") or self.member(shown) or self.member(natural) if "Kamerlid" in (element.get("soort") or "") else None
        if not person and "Kamerlid" not in (element.get("soort") or ""):
            # A minister who was a member before is in the list of persons under first and last name.
            key = fold(f"{first} {natural}")
            person = self.known_people.get(key) if hasattr(self, "known_people") else None
            if not hasattr(self, "known_people"):
                people = collections.defaultdict(set)
                for i, r in self.records["Persoon"].items():
                    f = r.fields
                    people[fold(" ".join(x for x in (f.get("roepnaam"), f.get("tussenvoegsel"), f.get("achternaam")) if x))].add(i)
                self.known_people = {n: next(iter(s)) for n, s in people.items() if len(s) == 1}
                person = self.known_people.get(key)
        return person, f"{first} {natural}".strip(), role

    def promises(self):
        """Toezeggingen: what the chair or the minister said in a recorded transcript, with its deadline."""
        for place, (number, minister, role, ministry, to, text, deadline, status) in enumerate(PROMISES):
            row = self.activity_by_number[number]
            names = MINISTERS[minister]
            moment = utc(row["Eindtijd"] or row["Aanvangstijd"]) + dt.timedelta(hours=19, minutes=place)
            person = self.member(to) if to else None
            fields = {
                "nummer": f"TZ{row['Datum'][:4]}{row['Datum'][5:7]}-{place + 101:03d}", "activiteitNummer": number, "activiteit": row["Id"],
                "aanmaakdatum": local_text(moment), "naam": names["naam"], "achternaam": names["achternaam"], "initialen": names["initialen"],
                "tussenvoegsel": names.get("tussenvoegsel"), "voornaam": names["voornaam"], "functie": role, "ministerie": ministry, "tekst": text,
                "status": status, "toegezegdAanPersoon": person,
                "toegezegdAanFractie": self.party.get(self.member_party.get(person, "")) if person else None,
                "datumNakoming": local_text(local(deadline)) if deadline else None}
            record = self.add("Toezegging", made_id("toezegging", number, place), fields, "made", moment)
            if status == "Voldaan":
                # The letter came before the votes: 2025D31730, "Inzet middelen enveloppe goed bestuur …".
                record.fields["kamerbriefNakoming"] = "2025D31730"
                record.states[0] = (moment, {"status": "Openstaand", "kamerbriefNakoming": None}, False, False)
                record.state(local("2025-07-03", 9, 15))

    # -- scenes -----------------------------------------------------------------------------------------

    def scenes(self):
        """The special cases that a follower must cope with; listed in README.md."""
        note = lambda kind, number, moment, remark: self.scenarios.append((kind, number, local_text(moment)[:16], remark))
        activity = {r.fields["nummer"]: r for r in self.records["Activiteit"].values()}
        for record in activity.values():
            last = record.states[-1][0]
            if record.fields["status"] in ("Verplaatst", "Geannuleerd") and len(record.states) > 1:
                changed = next(s[0] for s in record.states if s[1].get("status") != "Gepland")
                when = "after" if changed > self.clock else "before"
                if self.start <= local_text(changed)[:10] <= "2025-07-12":
                    note("moved" if record.fields["status"] == "Verplaatst" else "cancelled", record.fields["nummer"], changed,
                         f"{strip_change(record.fields['onderwerp'])[:70]} ({when} the clock)")
        # Other rooms: the meeting's recorded room is the last one.
        for number, moment, old in (("2025A02948", local("2025-07-02", 13, 10), "Thorbeckezaal"), ("2025A04092", local("2025-07-02", 16, 30), "Klompézaal"),
                                    ("2025A03874", local("2025-07-01", 11, 20), "Troelstrazaal")):
            reservation = self.reservation_of[number]
            first = reservation.states[0][0]
            old = old if old in self.room else "Troelstrazaal"
            reservation.states[0] = (first, {"zaal": self.room[old]}, False, False)
            reservation.state(moment)
            reservation.origin = "made"
            note("room changed", number, moment, f"{old} -> {self.records['Zaal'][reservation.fields['zaal']].fields['naam']} (Reservering {reservation.fields['nummer']})")
        # Other times: the recorded times of plenary items are those of the sitting itself.
        for number, begin, end, moment in (("2025A05046", "2025-07-02T17:15:00+02:00", "2025-07-02T20:15:00+02:00", local("2025-07-02", 15, 50)),
                                           ("2025A05210", "2025-07-03T22:00:00+02:00", "2025-07-03T23:00:00+02:00", local("2025-07-03", 21, 45)),
                                           ("2025A05211", "2025-07-03T20:30:00+02:00", "2025-07-03T20:50:00+02:00", local("2025-07-03", 18, 40))):
            record = activity[number]
            record.states = [(m, {**over, "aanvangstijd": begin, "eindtijd": end} if m < moment else over, real, deleted) for m, over, real, deleted in record.states]
            record.state(moment, {"status": "Gepland"})
            note("time changed", number, moment, f"{begin[11:16]} -> {record.fields['aanvangstijd'][11:16]}")
        # A letter that is replaced by a corrected version after the clock; and the recorded cases of it.
        letters = sorted((r for r in self.records["Document"].values() if r.fields["soort"] == "Brief regering" and r.origin == "real"
                          and r.fields["datum"][:10] == "2025-07-01" and r.first < self.clock and r.fields.get("volgnummer", 0) > 0), key=lambda r: r.fields["documentNummer"])
        letter, moment = letters[0], local("2025-07-02", 14, 40)
        number = letter.fields["documentNummer"]
        old = letter.fields["huidigeDocumentVersie"]
        new = self.add("DocumentVersie", made_id("versie", letter.id, 2), {
            "document": letter.id, "status": "Vrijgegeven", "versienummer": 2, "extensie": ".pdf", "datum": local_text(moment),
            "bestandsgrootte": max(1, (letter.resource or {}).get("contentLength", 0) // 1024)}, "made", moment - dt.timedelta(seconds=3))
        letter.states = [(m, {**over, "huidigeDocumentVersie": old} if m < moment else over, real, d) for m, over, real, d in letter.states if not (real and m > moment)]
        letter.fields["huidigeDocumentVersie"] = new.id
        letter.added.add("made:huidigeDocumentVersie")
        letter.state(moment)
        note("new version", number, moment, "version 2 of a letter (made)")
        official = [r for r in self.records["Document"].values() if len(r.states) > 1 and r.states[-1][0] > self.clock and r.id in self.motions and r.first < self.clock
                    and local_text(r.states[-1][0])[:10] <= "2025-07-09"]
        for record in sorted(official, key=lambda r: r.fields["documentNummer"])[:3]:
            note("new version", record.fields["documentNummer"], record.states[-1][0], "official publication of a motion (real)")
        # Deleted, deleted later, and deleted but restored: convocations registered twice.
        for suffix, kind, registered, gone, back in (
                ("1", "deleted before the clock", local("2025-06-30", 15, 20), local("2025-06-30", 15, 55), None),
                ("2", "deleted after the clock", local("2025-07-02", 10, 42), local("2025-07-02", 13, 25), None),
                ("3", "deleted, then undeleted", local("2025-07-01", 9, 30), local("2025-07-02", 11, 15), local("2025-07-02", 15, 5))):
            number = f"2025D9900{suffix}"
            record = self.add("Document", made_id("document", number), {
                "soort": "Convocatie commissieactiviteit", "documentNummer": number, "onderwerp": f"Convocatie (voorbeeld {suffix} van een dubbele registratie)",
                "datum": local_text(registered)[:10] + "T00:00:00+02:00", "volgnummer": -1, "vergaderjaar": "2024-2025", "kamer": 2, "organisatie": "Tweede Kamer",
                "datumRegistratie": local_text(registered)}, "made", registered)
            record.state(gone, deleted=True)
            if back:
                record.state(back)
            note(kind, number, back or gone, "convocation (made)")
        # Recorded tombstones of agenda items; half of them seen alive before.
        gone = sorted((row["ApiGewijzigdOp"], row["Id"]) for row in self.agenda_items.values()
                      if row["Verwijderd"] and self.start <= row["ApiGewijzigdOp"][:10] <= self.end)
        for place, (_, identifier) in enumerate(gone[::7]):
            record = self.add_real("Agendapunt", self.agenda_items[identifier])
            record.states = []
            if place % 2:
                record.fields = {"onderwerp": "Agendapunt (vervallen)", "nummer": f"2025P9{place:04d}", "volgorde": place, "status": "Vrijgegeven"}
                record.added |= {"made:onderwerp", "made:nummer"}
                record.state(record.real - dt.timedelta(days=1, hours=2))
            record.state(record.real, real=True, deleted=True)
        note("deleted", f"{len(gone[::7])} agendapunten", utc(gone[-1][0]), "recorded tombstones (real), before and after the clock")
        # Re-emissions without change.
        plain = sorted((r for r in self.records["Document"].values() if r.origin == "real" and len(r.states) == 1 and self.in_window(r.fields["datum"])
                        and r.first < self.clock - dt.timedelta(days=2)), key=lambda r: r.fields["documentNummer"])
        for place, record in enumerate(plain[:: max(1, len(plain) // 6)][:6]):
            moment = local("2025-07-01", 18, 0, place) if place % 2 else local("2025-07-02", 13, 0, place)
            record.state(moment)
            note("re-emitted", record.fields["documentNummer"], moment, "same content, new time (made)")

    def nothing_from_the_future(self):
        """A zaak or document names an agenda item from the moment at which that exists."""
        items = self.records["Agendapunt"]
        for category in ("Zaak", "Document"):
            for record in self.records[category].values():
                targets = record.fields.get("agendapunt")
                if not targets or not record.states:
                    continue
                since = {target: items[target].first for target in targets if target in items}
                last, over = record.states[-1][0], record.states[-1][1]
                arrival = max(since.values(), default=last)
                if arrival > last and not record.states[-1][3]:
                    record.state(arrival + dt.timedelta(seconds=5), dict(over))
                states = []
                for moment, over, real, deleted in record.states:
                    visible = [target for target in targets if since.get(target, moment) <= moment]
                    states.append((moment, {**over, "agendapunt": visible or None} if visible != targets else over, real, deleted))
                record.states = states

    def reemissions(self):
        """Keeps at most 300 of the late recorded re-emissions of July; the others are dropped."""
        budget = 170
        late = []
        for category in ("Document", "Zaak", "Activiteit", "Besluit", "Agendapunt"):
            for record in self.records[category].values():
                if record.real and record.states and not any(s[2] for s in record.states) \
                        and record.states[-1][0] < record.real and local_text(record.real)[:10] <= "2025-07-18" and "2025-07" == local_text(record.real)[:7]:
                    late.append(record)
        late.sort(key=lambda r: share("late" + r.id))
        for record in late[:budget]:
            record.state(record.real, real=True)
        # The votes of 1 July were saved once more on the morning of the 2nd: some of them stay.
        again = collections.defaultdict(list)
        for record in self.records["Stemming"].values():
            if record.real and not any(s[2] for s in record.states) and local_text(record.real)[:10] == "2025-07-02" and len(record.states) == 1:
                again[record.fields.get("besluit")].append(record)
        count = 0
        for decision in sorted(again, key=lambda d: share("again" + str(d))):
            if len(again[decision]) > 15 or count + len(again[decision]) > 120:
                continue
            for record in again[decision]:
                record.state(record.real, real=True)
                count += 1
        self.notes["late re-emissions kept (documents, zaken, activities …)"] = min(budget, len(late))
        self.notes["late re-emissions kept (votes)"] = count

    # -- writing ---------------------------------------------------------------------------------------------

    def lines(self, category):
        rows = []
        for record in self.records[category].values():
            base = {k: v for k, v in record.fields.items() if v is not None and v != []}
            for moment, over, real, deleted in record.states:
                fields = {k: v for k, v in {**base, **over}.items() if v is not None and v != []}
                added = set(record.added)
                if record.origin == "real":
                    added |= {f"made:{name}" for name in over if name not in added}
                if deleted:
                    fields, added = {}, set()
                if real:
                    updated, bijgewerkt = record.real_text, record.bijgewerkt
                else:
                    updated = stamp(moment, record.id + moment.isoformat())
                    bijgewerkt = local_text(moment - dt.timedelta(seconds=3 + int(share(record.id) * 5)) + dt.timedelta(milliseconds=int(share(updated) * 999)))
                keep = {name for name in added if name.split(":")[-1] in fields or name == "made:resource" or name.split(":")[-1] in over}
                rows.append((updated, record.id, line_of(
                    record.id, updated, bijgewerkt, deleted, record.origin, fields,
                    None if deleted else record.resource, sorted(keep) or None, None if real or record.known_time else "made")))
        rows.sort(key=lambda row: row[:2])
        return [line for _, _, line in rows]

    def write(self):
        entities, resources = f"{self.out}/entities", f"{self.out}/resources"
        for folder in (entities, resources):
            shutil.rmtree(folder, ignore_errors=True)
            os.makedirs(folder)
        for category in self.model:
            write_lines(f"{entities}/{category}.jsonl.zst", self.lines(category))
        for identifier, (extension, data) in sorted(self.files.items()):
            with open(f"{resources}/{identifier}.{extension}", "wb") as file:
                file.write(data)
        write_lines(f"{self.out}/publications.jsonl.zst", (
            json.dumps({"identifier": name, "origin": origin, "xml": text}, ensure_ascii=False)
            for name, (origin, text) in sorted(self.publications.items())))
        write_lines(f"{self.out}/texts.jsonl.zst", (
            json.dumps({"document": name, "origin": "real", "paragraphs": paragraphs}, ensure_ascii=False)
            for name, paragraphs in sorted(self.texts.items())))


# ---------------------------------------------------------------------------
# When things appeared
# ---------------------------------------------------------------------------


class Timing:
    """Gives each entity the states in which the feed plausibly showed it.

    The rule for all: a recorded time within a day of the plausible first moment is kept
    and stands alone; else the plausible moment is used and the late re-emission dropped
    (`Sample.reemissions` keeps some).
    """

    DAY = dt.timedelta(hours=24)

    def __init__(self, sample):
        self.s = sample

    def run(self):
        self.documents()
        self.zaken()
        self.activities()
        self.agenda_and_votes()
        self.document_versions()
        self.meetings()
        self.dossiers()
        self.rest()

    def settle(self, record, moment, over=None):
        if record.states:
            return
        if record.real and record.real <= moment + self.DAY:
            record.state(record.real, real=True)
        else:
            record.state(moment, over)

    # Document numbers are given out in order during the day, and some registrations carry
    # their time: the others lie between their neighbours.
    def clock_of_numbers(self):
        anchors, spans = collections.defaultdict(list), {}
        for row in self.s.documents.values():
            registered = row["DatumRegistratie"]
            if not registered or row["DocumentNummer"][:4] != registered[:4]:
                continue
            day, number = registered[:10], int(row["DocumentNummer"][5:])
            low, high = spans.get(day, (number, number))
            spans[day] = (min(low, number), max(high, number))
            if registered[11:19] not in ("00:00:00", ""):
                anchors[day].append((number, utc(registered)))
        self.anchors, self.spans = anchors, spans

    def registered_at(self, row):
        registered = row["DatumRegistratie"] or row["Datum"]
        if registered[11:19] != "00:00:00":
            return utc(registered) + dt.timedelta(minutes=3)
        day, number = registered[:10], int(row["DocumentNummer"][5:])
        if row["Datum"][:10] > day:
            # Published later than registered: a report, or a letter that waited.
            return local(row["Datum"], 9) + dt.timedelta(minutes=int(share(row["Id"]) * 420))
        points = sorted(self.anchors.get(day, []))
        low, high = self.spans.get(day, (number, number + 1))
        points = [(low - 1, local(day, 8, 20))] + [p for p in points if p[1] > local(day, 8, 20)] + [(high + 1, local(day, 18, 40))]
        # Registrations that were late for their number would turn the clock back: drop them.
        rising = [points[0]]
        for point in points[1:]:
            if point[1] > rising[-1][1] and point[0] > rising[-1][0]:
                rising.append(point)
        place = bisect.bisect_right([p[0] for p in rising], number)
        (n0, t0), (n1, t1) = rising[max(0, place - 1)], rising[min(place, len(rising) - 1)]
        if n1 <= n0:
            return t0 + dt.timedelta(minutes=5)
        return t0 + (t1 - t0) * ((number - n0) / (n1 - n0)) + dt.timedelta(minutes=3)

    def documents(self):
        self.clock_of_numbers()
        self.published = {}
        for identifier, record in self.s.records["Document"].items():
            if record.states or identifier not in self.s.documents:
                continue
            moment = self.registered_at(self.s.documents[identifier])
            if record.real and record.real < moment:
                moment = record.real
            self.published[identifier] = moment
            self.settle(record, moment)

    def zaken(self):
        first = {}
        answered = {}
        for record in self.s.records["Document"].values():
            for zaak in record.fields.get("zaak", []):
                day = self.s.cases[zaak]["GestartOp"][:10] if zaak in self.s.cases else ""
                if record.fields["soort"] != "Bijlage" and record.fields["datum"][:10] >= day:
                    first[zaak] = min(first.get(zaak, record.first), record.first)
                if record.fields["soort"] == "Antwoord schriftelijke vragen":
                    answered[zaak] = record.first
        per_day = collections.defaultdict(list)
        for row in self.s.cases.values():
            if not row["Nummer"] or not row["GestartOp"]:
                continue   # deleted
            per_day[row["GestartOp"][:10]].append(row["Nummer"])
        for numbers in per_day.values():
            numbers.sort()
        for identifier, record in self.s.records["Zaak"].items():
            fields = record.fields
            day = fields["gestartOp"][:10]
            numbers = per_day[day]
            part = bisect.bisect_left(numbers, fields["nummer"]) / max(1, len(numbers))
            moment = local(day, 8, 40) + dt.timedelta(minutes=part * 570)
            document = first.get(identifier)
            if document and local_text(document)[:10] == day:
                moment = document - dt.timedelta(seconds=4)
            if record.real < moment:
                moment = record.real
            over = {}
            if fields.get("afgedaan"):
                over["afgedaan"] = False
            if fields["soort"] == "Motie" and fields.get("kabinetsappreciatie") and not fields["kabinetsappreciatie"].startswith("Niet beschikbaar"):
                over["kabinetsappreciatie"] = "Nog niet bekend"
            if record.real <= moment + self.DAY and day < self.s.start:
                record.state(record.real, real=True)
            elif local_text(moment)[:10] < "2024-07-01":
                record.state(moment)          # long settled
            else:
                record.state(moment, over)
                if identifier in answered and answered[identifier] > moment and over:
                    record.state(answered[identifier] + dt.timedelta(seconds=8))

    # Activities are numbered when they are planned. An activity with a higher number that was
    # already held gives the latest moment at which this one can have been planned.
    def planned_at(self):
        by_year = collections.defaultdict(list)
        for row in self.s.activities.values():
            day = row["Datum"] or row["Aanvangstijd"]
            if row["Nummer"] and day:
                by_year[row["Nummer"][:4]].append((int(row["Nummer"][5:]), day[:10]))
        self.bounds = {}
        for year, rows in by_year.items():
            rows.sort(reverse=True)
            lowest, bounds = f"{year}-12-31", []
            for number, day in rows:
                # Numbers of one year were not given out before that year's predecessor began.
                if f"{int(year) - 1}-09" < day:
                    lowest = min(lowest, day)
                bounds.append((number, lowest))
            self.bounds[year] = bounds[::-1]

    def planned(self, row):
        bounds = self.bounds[row["Nummer"][:4]]
        place = bisect.bisect_left(bounds, (int(row["Nummer"][5:]), ""))
        day = dt.date.fromisoformat(bounds[min(place, len(bounds) - 1)][1]) - dt.timedelta(days=1)
        while day.weekday() > 4:
            day -= dt.timedelta(days=1)
        return local(day, 9) + dt.timedelta(seconds=int(share("plan" + row["Id"]) * 30_000))

    # Changes of which the recorded time is long after the meeting: at a moment before it.
    CHANGES = {
        "2024A04716": ("2025-07-02", 12, 25), "2025A04324": ("2025-06-30", 16, 30), 
        "2024A08283": ("2025-06-30", 10, 5), "2025A00016": ("2025-06-26", 15, 30), "2025A03516": ("2025-07-03", 11, 30),
    }

    def activities(self):
        self.planned_at()
        for record in self.s.records["Activiteit"].values():
            fields, row = record.fields, self.s.activities[record.id]
            begin = utc(fields.get("aanvangstijd") or fields["datum"])
            end = utc(fields.get("eindtijd") or fields.get("aanvangstijd") or fields["datum"])
            if end < begin:
                end += dt.timedelta(days=1)     # recorded with the day on which the sitting began
            planned = min(self.planned(row), begin - dt.timedelta(hours=3))
            before = {"status": "Gepland"}
            bare = strip_change(fields["onderwerp"])
            status = fields["status"]
            if status in ("Verplaatst", "Geannuleerd") and bare != fields["onderwerp"]:
                before["onderwerp"] = bare
            if end < local("2025-06-01"):
                self.settle(record, min(end + dt.timedelta(minutes=40), record.real))
                continue
            if status == "Uitgevoerd":
                if begin > local("2025-07-14"):
                    record.state(min(planned, record.real - dt.timedelta(minutes=1)), before)
                    continue                     # beyond the period: it stays planned
                done = record.real if record.real <= end + dt.timedelta(days=5) else end + dt.timedelta(minutes=25 + int(share(record.id) * 40))
                if planned < done:
                    record.state(planned, before)
                record.state(done, real=done == record.real)
            elif status in ("Verplaatst", "Geannuleerd"):
                change = self.CHANGES.get(fields["nummer"])
                changed = utc(record.bijgewerkt)
                named = [day for day in dates_in(fields["onderwerp"], fields.get("datum") or fields["aanvangstijd"])]
                touched_later = record.real > begin
                if change:
                    moment = local(*change)
                elif changed < min(record.real - self.DAY, begin):
                    moment = changed + dt.timedelta(seconds=5)   # published again long after the change itself
                elif touched_later:
                    # Saved once more after the day it would have been: it was moved before both days.
                    earliest = min([begin] + [local(day, 12) for day in named])
                    day = (earliest - dt.timedelta(days=2)).astimezone(AMSTERDAM).date()
                    while day.weekday() > 4:
                        day -= dt.timedelta(days=1)
                    moment = max(planned + dt.timedelta(hours=2), local(day, 11) + dt.timedelta(minutes=int(share("moved" + record.id) * 300)))
                elif record.real <= local("2025-07-18"):
                    moment = record.real
                else:
                    moment = max(planned + self.DAY, min(begin, self.s.clock) - dt.timedelta(days=3))
                if planned < moment:
                    record.state(planned, before)
                record.state(moment, real=moment == record.real)
                if moment + self.DAY < record.real <= local("2025-07-18"):
                    record.state(record.real, real=True)
            else:
                self.settle(record, min(planned, record.real))

    def agenda_and_votes(self):
        s = self.s
        slots = {}
        sessions = collections.defaultdict(list)
        for record in s.records["Agendapunt"].values():
            activity = s.records["Activiteit"].get(record.fields.get("activiteit"))
            if activity and activity.fields["soort"] == "Stemmingen":
                sessions[activity.id].append(record)
                begin = utc(activity.fields["aanvangstijd"])
                if record.real > begin - dt.timedelta(hours=1):
                    record.state(max(activity.first + dt.timedelta(minutes=10), begin - dt.timedelta(hours=3)))
                    record.state(max(record.real, record.first + dt.timedelta(seconds=1)), real=record.real > record.first)
                else:
                    record.state(record.real, real=True)
            else:
                record.state(record.real, real=True)
        by_item = collections.defaultdict(list)
        for record in s.records["Besluit"].values():
            by_item[record.fields.get("agendapunt")].append(record)
        for session, items in sessions.items():
            activity = s.records["Activiteit"][session]
            begin, end = utc(activity.fields["aanvangstijd"]), utc(activity.fields["eindtijd"])
            if end < begin:
                end += dt.timedelta(days=1)
            queue = []
            for item in items:
                for decision in by_item.get(item.id, []):
                    queue.append((item.fields.get("volgorde") or 0, decision.fields.get("agendapuntZaakBesluitVolgorde") or 0, decision.id, decision, item))
            queue.sort(key=lambda q: q[:3])
            for place, (_, _, _, decision, item) in enumerate(queue):
                slot = begin + (end - begin) * ((place + .5) / len(queue))
                self.decide(decision, item, activity, slot)
        for record in s.records["Besluit"].values():
            if not record.states:
                self.settle(record, record.real)
        for record in s.records["Stemming"].values():
            decision = s.records["Besluit"].get(record.fields.get("besluit"))
            voted = decision.voted if decision and hasattr(decision, "voted") else record.real
            moment = voted + dt.timedelta(seconds=2 + share(record.id) * 20)
            # A sitting that lasts past midnight still belongs to the day on which it began.
            night = dt.timedelta(hours=4)
            same_day = record.real >= voted and local_text(record.real)[:10] == local_text(voted - night)[:10]
            if same_day or record.real <= moment:
                record.state(record.real, real=True)
            else:
                record.state(moment)

    def decide(self, decision, item, activity, slot):
        """A proposal before the vote, a decision from the vote on; the zaak follows."""
        s = self.s
        proposal = max([item.first + dt.timedelta(seconds=20)] + [s.records["Zaak"][z].first + dt.timedelta(minutes=1)
                                                                 for z in decision.fields.get("zaak", []) if z in s.records["Zaak"]])
        # The recorded time counts if it is of the day of the vote.
        evening = local_text(slot - dt.timedelta(hours=4))[:10]
        voted = decision.real if decision.real >= slot - dt.timedelta(minutes=30) and local_text(decision.real - dt.timedelta(hours=4))[:10] == evening else slot
        if voted == slot and decision.real < slot - dt.timedelta(minutes=30):
            decision.state(decision.real, real=True)       # decided before the session (withdrawn, adjourned)
            decision.voted = decision.real
            return
        if proposal < voted:
            decision.state(proposal, {"status": "Voorstel", "besluitSoort": None, "besluitTekst": None, "stemmingsSoort": None, "opmerking": None})
        decision.state(voted, real=voted == decision.real)
        decision.voted = voted
        if (decision.fields.get("besluitSoort") or "").startswith("Stemmen"):
            for zaak in decision.fields.get("zaak", []):
                case = s.records["Zaak"].get(zaak)
                if case and case.states and not case.states[-1][2] and case.states[-1][1] and case.first < voted:
                    adjourned = "aangehouden" in decision.fields["besluitSoort"]
                    over = {"afgedaan": False} if adjourned and case.fields.get("afgedaan") else {}
                    case.state(voted + dt.timedelta(seconds=40), over)

    def document_versions(self):
        """Each document gets its first version; a recorded later one arrives at its own time."""
        s = self.s
        for identifier, record in list(s.records["Document"].items()):
            if not record.states or record.origin == "made" and record.fields.get("huidigeDocumentVersie"):
                continue
            kinds = {"application/pdf": ".pdf", "application/msword": ".doc", "text/html": ".html", "text/plain": ".txt"}
            kind = (record.resource or {}).get("contentType", "application/pdf")
            current = s.records["DocumentVersie"].get(record.fields.get("huidigeDocumentVersie"))
            first = record.first
            base = {"document": identifier, "status": "Vrijgegeven", "versienummer": 1,
                    "bestandsgrootte": max(1, (record.resource or {}).get("contentLength", 0) // 1024),
                    "extensie": kinds.get(kind, ".xlsx" if "sheet" in kind else ".docx"), "datum": local_text(first)}
            if current:
                arrival = utc(current.fields["datum"]) + dt.timedelta(seconds=9)
                current.states = []
                moment = min(arrival, current.real)
                if current.origin == "real":
                    self.settle(current, moment)
                else:
                    current.state(moment)
                if arrival > first + dt.timedelta(hours=1):
                    old = made_id("versie", identifier, 1)
                    s.add("DocumentVersie", old, base, "made", first + dt.timedelta(seconds=1))
                    record.states = [(m, {**over, "huidigeDocumentVersie": old} if m < current.first else over, real, d) for m, over, real, d in record.states]
                    if record.states[-1][0] < current.first:
                        record.state(current.first + dt.timedelta(seconds=2))
            else:
                version = s.add("DocumentVersie", made_id("versie", identifier, 1), base, "made", first + dt.timedelta(seconds=1))
                record.relate("huidigeDocumentVersie", version.id, made=True)

    def meetings(self):
        """An open meeting has no end yet: 0001-01-01, as the source writes it."""
        for record in self.s.records["Vergadering"].values():
            begin, end = utc(record.fields["aanvangstijd"]), utc(record.fields["sluiting"]) if record.fields.get("sluiting", "0") > "2000" else None
            if not end:
                self.settle(record, record.real)
                continue
            if end < begin:
                end = begin + dt.timedelta(hours=6)
            record.state(begin - dt.timedelta(minutes=90 + int(share(record.id) * 60)), {"sluiting": "0001-01-01T00:00:00+00:00"})
            if begin - dt.timedelta(hours=3) < record.real <= end + self.DAY and record.real > end - dt.timedelta(minutes=30):
                record.state(record.real, real=True)
            else:
                record.state(end + dt.timedelta(minutes=11))

    def dossiers(self):
        papers = collections.defaultdict(list)
        for record in self.s.records["Document"].values():
            if record.fields.get("kamerstukdossier") and record.fields.get("volgnummer", -1) > 0:
                papers[record.fields["kamerstukdossier"]].append((record.first, record.fields["volgnummer"]))
        for identifier, record in self.s.records["Kamerstukdossier"].items():
            known = sorted(papers.get(identifier, []))
            record.fields["hoogsteVolgnummer"] = max([n for _, n in known], default=0)
            if not known:
                record.state(local("2024-02-19", 11))
                continue
            numbers = [n for _, n in known]
            start = min(numbers) - 1
            if start > 0:
                record.state(local("2024-02-19", 11) if record.fields["nummer"] < 36500 else local("2025-05-20", 17), {"hoogsteVolgnummer": start})
            early = [n for m, n in known if m <= self.s.clock]
            if early and max(early) < max(numbers):
                record.state(known[0][0] - dt.timedelta(seconds=2), {"hoogsteVolgnummer": max(early)})
                record.state(known[-1][0] + dt.timedelta(seconds=2))
            else:
                record.state(known[0][0] - dt.timedelta(seconds=2))
            record.states = [s for s in record.states if s[0] >= record.states[0][0]]
            # The earliest state must not show more than a later one.
            record.states.sort(key=lambda s: s[0])
            highest, clean = -1, []
            for moment, over, real, deleted in record.states:
                value = over.get("hoogsteVolgnummer", record.fields["hoogsteVolgnummer"])
                highest = max(highest, value)
                clean.append((moment, {"hoogsteVolgnummer": highest} if highest != record.fields["hoogsteVolgnummer"] else {}, real, deleted))
            record.states = clean

    def rest(self):
        for category, records in self.s.records.items():
            for record in records.values():
                if record.states:
                    continue
                if category in ("Persoon", "Fractie") and record.real and record.real > local(self.s.start):
                    # The register itself is older than its last re-emission.
                    record.state(local(max(record.fields.get("datumActief", ""), "2023-12-06"), 13, 5))
                    continue
                owner = getattr(record, "after", None)
                if owner is not None:
                    record.state(owner.first + dt.timedelta(seconds=2 + getattr(record, "place", 0)))
                elif record.real:
                    record.state(record.real, real=True)
                else:
                    record.state(local("2024-01-02", 9))


# ---------------------------------------------------------------------------
# Words
# ---------------------------------------------------------------------------

STOP = set("""de het een en van voor over op in te met aan om tot bij door naar uit of als dat die is zijn was worden ter tussen
per inzake jl d t v c s i m o a nr lid leden vragen vraag antwoord beantwoording convocatie herziene commissiedebat wetgevingsoverleg
notaoverleg tweeminutendebat plenair debat cd uur juni juli augustus september oktober november mei april verslag gehouden commissie
moties motie ingediend stemmingen stemming bericht tweede derde eerste eerstvolgende ingelast inbreng""".split())


def fold(text):
    """For comparing: lower case, single spaces, plain quotes."""
    text = (text or "").lower().replace("‘", "'").replace("’", "'").replace("“", '"').replace("”", '"').replace("\u00a0", " ")
    return re.sub(r"\s+", " ", text).strip(" .;")


def significant(text):
    """The words of a subject that tell it from others."""
    return {word for word in re.findall(r"[a-zà-ÿ0-9]+", fold(text)) if word not in STOP and (len(word) > 2 or word.isupper()) and not word.isdigit()}


def strip_change(subject):
    """The subject without the remark that the meeting was moved or cancelled."""
    pattern = r"\s*[-–(]*\s*\(?\b(verplaatst|geannuleerd|uitgesteld|tot nader|wordt verplaatst|was eerst|gewijzigd(?:e)? (?:datum|tijd))\b.*$"
    stripped = re.sub(pattern, "", subject or "", flags=re.I).strip(" -–(")
    return stripped or (subject or "")


def dates_in(text, reference):
    """The days a text names ("op 11 september 2025", "naar 7 juli"), as ISO dates."""
    found = []
    for day, month, year in re.findall(r"\b(\d{1,2}) (januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|december)(?: (\d{4}))?", text or "", re.I):
        try:
            found.append(dt.date(int(year or reference[:4]), MONTHS.index(month.lower()) + 1, int(day)).isoformat())
        except ValueError:
            pass
    return found


# The committee for a subject, where no debate tells: first match wins. Made, and marked so.
SUBJECTS = [
    ("A&M", r"asiel|vreemdeling|migratie|coa\b"), ("DEF", r"defensie|militair|nato|navo|wapens|krijgsmacht"),
    ("BHO", r"ontwikkelingshulp|buitenlandse handel|handelsverdrag"), ("FIN", r"belasting|fiscaa|ecofin|toeslagen|financi|douane|begroting|rijksfinanci"),
    ("VWS", r"zorg|gezondheid|ggz|medicijn|geneesmiddel|sport\b|wmo|jeugd"), ("OCW", r"onderwijs|school|cultuur|media|wetenschap|leraren|student"),
    ("SZW", r"werkgelegenheid|arbeid|pensioen|uitkering|sociale zaken|inburgering|kinderopvang"), ("J&V", r"politie|justitie|strafrecht|gevangenis|veiligheid|jbz|rechtspraak|criminaliteit|slachtoffer"),
    ("I&W", r"spoor|verkeer|luchtvaart|schiphol|water\b|infrastructuur|mobiliteit|milieu|vervoer"), ("LVVN", r"landbouw|visserij|natuur|stikstof|dieren|mest|voedsel"),
    ("K&GG", r"klimaat|energie|mijnbouw|gas\b|elektriciteit|kern"), ("VRO", r"wonen|woning|huur|ruimtelijke|bouw|volkshuisvesting"), ("DiZa", r"digita|ai\b|algoritm|privacy|cyber"),
    ("EZ", r"econom|ondernem|mkb|industrie|mededinging|innovatie"), ("KR", r"koninkrijksrelaties|caribisch|aruba|curacao|sint maarten|bonaire"),
    ("BiZa", r"gemeente|provincie|binnenlandse zaken|grondwet|verkiezing|discriminatie|groningen"), ("BuZa", r"buitenlandse zaken|oekra|rusland|israel|israël|gaza|midden-oosten|ambassade|verenigde naties|mensenrechten"),
    ("EU", r"europese raad|raad algemene zaken|eu-|europese"),
]


# ---------------------------------------------------------------------------
# Promises, as spoken
# ---------------------------------------------------------------------------

MINISTERS = {
    "oostenbruggen": {"naam": "T. van Oostenbruggen", "achternaam": "Oostenbruggen", "tussenvoegsel": "van", "initialen": "T.", "voornaam": "Tjebbe"},
    "karremans": {"naam": "V.P.G. Karremans", "achternaam": "Karremans", "initialen": "V.P.G.", "voornaam": "Vincent"},
    "struycken": {"naam": "T.H.D. Struycken", "achternaam": "Struycken", "initialen": "T.H.D.", "voornaam": "Teun"},
    "vanweel": {"naam": "D.M. van Weel", "achternaam": "Weel", "tussenvoegsel": "van", "initialen": "D.M.", "voornaam": "David"},
    "veldkamp": {"naam": "C.C.J. Veldkamp", "achternaam": "Veldkamp", "initialen": "C.C.J.", "voornaam": "Caspar"},
    "brekelmans": {"naam": "R.P. Brekelmans", "achternaam": "Brekelmans", "initialen": "R.P.", "voornaam": "Ruben"},
    "schoof": {"naam": "H.W.M. Schoof", "achternaam": "Schoof", "initialen": "H.W.M.", "voornaam": "Dick"},
}
_FISCAL = ("staatssecretaris Fiscaliteit, Belastingdienst en Douane", "Financiën")
_ECONOMY = ("minister van Economische Zaken", "Economische Zaken")
_LAW = ("staatssecretaris Rechtsbescherming", "Justitie en Veiligheid")

# (activity, minister, function, ministry, promised to, text, deadline, status). The texts are what
# the chair read out or the minister said; deadlines are the last day that the words allow.
PROMISES = [
    ("2025A02948", "oostenbruggen", *_FISCAL, None, "De staatssecretaris heeft toegezegd de brief over verbruiksbelasting binnen een week aan de Kamer te sturen.", "2025-07-09", "Openstaand"),
    ("2025A02948", "oostenbruggen", *_FISCAL, None, "De staatssecretaris heeft toegezegd de Kamer bij de Miljoenennota nader te informeren over de gevolgen van het arrest van de Hoge Raad over liquiditeitsverliesregeling.", "2025-09-16", "Openstaand"),
    ("2025A02948", "oostenbruggen", *_FISCAL, "Stultiens", "De staatssecretaris zal ten aanzien van de modernisering van de geheimhoudingsplicht uit artikel 67 van de AWR de Kamer uiterlijk in september informeren.", "2025-09-30", "Openstaand"),
    ("2025A02948", "oostenbruggen", *_FISCAL, None, "De staatssecretaris zal ten aanzien van informatiebeschikking de Kamer dit jaar nader informeren over oplossingsrichtingen.", "2025-12-31", "Openstaand"),
    ("2025A02948", "oostenbruggen", *_FISCAL, None, "De staatssecretaris zal het rapport over rode diesel na de ministerraad van 11 juli aan de Kamer doen toekomen.", "2025-07-18", "Openstaand"),
    ("2025A04092", "oostenbruggen", *_FISCAL, None, "De staatssecretaris zal ten aanzien van de aanpassing van Pijler 2 de Kamer na afloop van de lopende onderhandelingen nader informeren, onder andere inzake tax credits.", None, "Openstaand"),
    ("2025A04092", "oostenbruggen", *_FISCAL, "Stultiens", "De staatssecretaris zal ten aanzien van de vormgeving en invoering van een digitaledienstenbelasting de Kamer informeren over de dilemma's op dit vlak.", None, "Openstaand"),
    ("2025A04092", "oostenbruggen", *_FISCAL, None, "De staatssecretaris zal ten aanzien van de introductie van een trading tax in de inkomstenbelasting later dit jaar onderzoek met de Kamer delen.", "2025-12-31", "Openstaand"),
    ("2025A04092", "oostenbruggen", *_FISCAL, None, "De staatssecretaris zal ten aanzien van de vereenvoudiging en efficiëntie van verplichtingen uit de DAC-richtlijnen bij de evaluatie aandacht besteden aan wat is ingezet en wat daarmee is bereikt.", None, "Openstaand"),
    ("2025A00670", "karremans", *_ECONOMY, "Sneller", "De minister komt nog voor de zomer met het R&D-actieplan.", "2025-08-31", "Openstaand"),
    ("2025A00670", "karremans", *_ECONOMY, None, "Het onderwerp start-ups en scale-ups wordt meegenomen in de voortgangsbrief NTS.", None, "Openstaand"),
    ("2025A00670", "karremans", *_ECONOMY, None, "De bevindingen over de gesprekken over true pricing worden na de zomer naar de Kamer gestuurd.", "2025-10-31", "Openstaand"),
    ("2025A00670", "karremans", *_ECONOMY, "Postma", "De minister komt schriftelijk terug op de vraag hoe subsidiepotjes juridisch bindend te maken zijn.", None, "Openstaand"),
    ("2025A00670", "karremans", *_ECONOMY, None, "De minister stuurt na de zomer een brief over het ondernemerspact.", "2025-10-31", "Openstaand"),
    ("2025A03707", "vanweel", "minister van Justitie en Veiligheid", "Justitie en Veiligheid", None, "De minister informeert de Kamer na de zomer nader over de strafmaat voor zwaardere delicten.", "2025-10-31", "Openstaand"),
    ("2025A03707", "struycken", *_LAW, "Van Nispen", "In de eerstvolgende voortgangsbrief over het gevangeniswezen zal de staatssecretaris nader ingaan op het gebruik en de aantallen van de meerpersoonscellen en voorwaardelijke gratieverlening.", None, "Openstaand"),
    ("2025A03707", "struycken", *_LAW, None, "In de volgende capaciteitsbrief over het gevangeniswezen informeert de staatssecretaris de Kamer over de stand van zaken van het vooronderzoek naar de heropening van de PI Almere.", None, "Openstaand"),
    ("2025A03707", "struycken", *_LAW, "Koops", "De staatssecretaris zal de minister van BZK verzoeken de Kamer voorafgaand aan de stemmingen op 3 juli te informeren over de invulling van het budget en de enveloppe voor Goed bestuur en rechtsstaat.", "2025-07-03", "Voldaan"),
    ("2025A03707", "struycken", *_LAW, None, "In het najaar van 2025 informeert de staatssecretaris de Kamer nader over de voortgang van het Toekomstscenario kind- en gezinsbescherming.", "2025-12-20", "Openstaand"),
    ("2025A04496", "brekelmans", "minister van Defensie", "Defensie", "Olger van Dijk", "De minister zegt toe bij het Nationaal Cyber Security Centrum aan te zullen kaarten op welke wijze meer vervolg kan worden gegeven aan aanbevelingen in openbaar gemaakte rapporten inzake cyberaanvallen van buitenaf, en zal de Kamer hierover tijdig, voor behandeling van de Defensiebegroting 2026, schriftelijk informeren.", "2025-11-30", "Openstaand"),
    ("2025A04702", "veldkamp", "minister van Buitenlandse Zaken", "Buitenlandse Zaken", "Dassen", "De minister zal in het verslag van de volgende RBZ nader ingaan op de mogelijkheid voor Nederland om al dan niet aan te sluiten bij de genocidezaak van Zuid-Afrika tegen Israël bij het Internationaal Gerechtshof.", None, "Openstaand"),
    ("2025A04597", "schoof", "minister-president, minister van Algemene Zaken", "Algemene Zaken", None, "De minister-president zegt de Kamer toe dat de inzet ten behoeve van de NAVO-top voor het debat daarover aan de Kamer is toegestuurd.", "2025-06-19", "Openstaand"),
]


# ---------------------------------------------------------------------------
# Files
# ---------------------------------------------------------------------------


def zip_of(parts):
    """A zip file with fixed times, so that the same parts give the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts:
            info = zipfile.ZipInfo(name, (2025, 7, 1, 12, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, data)
    return buffer.getvalue()


def without_authors(path):
    """A DOCX as it is, but without the names of the officials who typed it."""
    parts = []
    with zipfile.ZipFile(path) as archive:
        for info in archive.infolist():
            data = archive.read(info.filename)
            if info.filename.startswith("docProps/"):
                text = data.decode("utf-8")
                text = re.sub(r"(<(dc:creator|cp:lastModifiedBy|lastModifiedBy|Manager|cp:keywords)[^>/]*>)[^<]*(</)", r"\1\3", text)
                data = text.encode()
            parts.append((info.filename, data))
    return zip_of(parts)


def docx_of(paragraphs):
    body = "".join(f'<w:p>{"<w:pPr><w:jc w:val=%scenter%s/></w:pPr>" % (chr(34), chr(34)) if place < 3 else ""}<w:r><w:t xml:space="preserve">{html.escape(text)}</w:t></w:r></w:p>'
                   for place, text in enumerate(paragraphs))
    return zip_of([
        ("[Content_Types].xml", '<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'),
        ("_rels/.rels", '<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>'),
        ("word/document.xml", f'<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>{body}</w:body></w:document>'),
    ])


def html_of(paragraphs):
    head, rest = paragraphs[:4], paragraphs[4:]
    lines = [f"<p class=\"kop\">{html.escape(text)}</p>" for text in head] + [f"<p>{html.escape(text)}</p>" for text in rest]
    return ('<!DOCTYPE html>\n<html lang="nl">\n<head><meta charset="utf-8"><title>%s</title></head>\n<body>\n%s\n</body>\n</html>\n'
            % (html.escape(head[0]), "\n".join(lines))).encode()


def text_of(paragraphs):
    return ("\n\n".join(paragraphs) + "\n").encode()


class Letter:
    """The text of kst-35373-1, taken apart into headings, paragraphs and notes."""

    # Where a note stands is not marked in the text; a note number is glued to the word before
    # it. These ends of words tell it from other numbers.
    MARKS = ["stellen.", "Rusland.", "afschrikking.", "INF-verdrag.", "Partnerschap", "Strategie", "Defensienota 2018", "aangeboden", "geactualiseerd", "spionage.",
             "geïnformeerd.", "geïnformeerd.", "dreigingen.", "Nederland.", "spionage.", "voorkomen", "LHBTI’s.", "2018–2022", "ondernemen."]
    NUMBERED = re.compile(r"^\d\. \w+$")

    def __init__(self, text):
        body, _, notes = text.partition("De Minister van Buitenlandse Zaken,\nS.A. Blok")
        body = body.replace("\u00a0", " ")
        start = body.index("Aan de Voorzitter van de Tweede Kamer")
        self.blocks = []       # ("kop" | "al", text)
        for block in re.split(r"\n\s*\n", body[start:]):
            block = re.sub(r"\s+", " ", block).strip()
            if block:
                heading = len(block) < 75 and not block.endswith((".", ",", "19", "Generaal", "2019")) or bool(self.NUMBERED.match(block))
                self.blocks.append(("kop" if heading else "al", block))
        self.notes = {int(n): re.sub(r"[\s\u00a0]+", " ", t).strip() for n, t in re.findall(r"^\s*(\d+)\. (.*?)↩", notes, re.M)}
        self.place_notes()

    def place_notes(self):
        """Replaces the note numbers by {n}, in order."""
        place = 0
        for number, mark in enumerate(self.MARKS, 1):
            pattern = re.escape(mark) + str(number) + r"(?!\d)"
            for index in range(place, len(self.blocks)):
                kind, text = self.blocks[index]
                match = re.search(pattern, text)
                if match and kind == "al":
                    cut = match.end() - len(str(number))
                    self.blocks[index] = (kind, text[:cut] + "{" + str(number) + "}" + text[match.end():])
                    place = index
                    break
            else:
                print(f"note {number} of 2019D53771 has no place in the text", file=sys.stderr)

    def xml(self):
        """In the vocabulary of the official publications: `al`, `tussenkop`, `noot`."""
        def inline(text):
            parts = re.split(r"\{(\d+)\}", text)
            out = html.escape(parts[0], quote=False)
            for number, rest in zip(parts[1::2], parts[2::2]):
                out += (f'<noot id="n{number}" type="voet"><noot.nr>{number}</noot.nr><noot.al>{html.escape(self.notes[int(number)], quote=False)}</noot.al></noot>'
                        + html.escape(rest, quote=False))
            return out
        body = "\n".join(f'                  <tussenkop kopopmaak="vet">{inline(text)}</tussenkop>' if kind == "kop" else f"                  <al>{inline(text)}</al>"
                         for kind, text in self.blocks)
        meta = [("DC.identifier", "OVERHEIDop.ParlID", "kst-35373-1"), ("OVERHEIDop.ondernummer", "", "1"), ("DC.type", "OVERHEIDop.KamerstukTypen", "Brief"),
                ("OVERHEIDop.dossiernummer", "", "35373"), ("OVERHEIDop.dossiertitel", "", "Rusland"), ("OVERHEIDop.indiener", "", "S.A. Blok"),
                ("OVERHEIDop.documenttitel", "", "Brief van de minister van Buitenlandse Zaken over uitvoering van de gewijzigde motie van de leden Stoffer en Verhoeven over opstellen van een Ruslandstrategie"),
                ("OVERHEIDop.vergaderjaar", "", "2019-2020"), ("DC.creator", "OVERHEID.StatenGeneraal", "Tweede Kamer der Staten-Generaal"),
                ("DC.type", "OVERHEIDop.Parlementair", "Kamerstuk"), ("DCTERMS.issued", "DCTERMS.W3CDTF", "2019-12-22"), ("DCTERMS.language", "DCTERMS.RFC4646", "nl"),
                ("OVERHEIDop.publicationName", "", "Kamerstuk")]
        head = "\n".join(f'      <meta name="{name}" scheme="{scheme}" content="{html.escape(content)}"/>' for name, scheme, content in meta)
        return f"""<?xml version="1.0" encoding="UTF-8"?>
<officiele-publicatie xsi:noNamespaceSchemaLocation="http://technische-documentatie.oep.overheid.nl/repository/schemas/op-consolidated/op-consolidated_2014-05-15/xsd/op-xsd-2014-05-15.xsd" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
   <metadata>
{head}
   </metadata>
   <kamerstuk>
      <kamerstukkop>
         <tekstregel inhoud="vergaderjaar">Vergaderjaar 2019-2020</tekstregel>
         <tekstregel inhoud="kameraanduiding">Tweede Kamer der Staten-Generaal</tekstregel>
         <tekstregel inhoud="kamernummer">2</tekstregel>
         <tekstregel inhoud="documenttype">Kamerstukken</tekstregel>
      </kamerstukkop>
      <dossier>
         <dossiernummer>
            <dossiernr>35 373</dossiernr>
         </dossiernummer>
         <titel>Rusland</titel>
      </dossier>
      <stuk>
         <stuknr>Nr. <ondernummer kamer="2">1</ondernummer>
         </stuknr>
         <titel>BRIEF VAN DE MINISTER VAN BUITENLANDSE ZAKEN</titel>
         <algemeen>
            <vrije-tekst>
               <tekst status="goed">
{body}
               </tekst>
            </vrije-tekst>
            <ondertekening>
               <functie>De Minister van Buitenlandse Zaken,</functie>
               <naam><voornaam>S.A.</voornaam> <achternaam>Blok</achternaam></naam>
            </ondertekening>
         </algemeen>
      </stuk>
   </kamerstuk>
</officiele-publicatie>
"""

    def html(self):
        def inline(text):
            return re.sub(r"\{(\d+)\}", r"<sup>\1</sup>", html.escape(text, quote=False))
        body = "\n".join(f"<h2>{inline(text)}</h2>" if kind == "kop" else f"<p>{inline(text)}</p>" for kind, text in self.blocks)
        notes = "\n".join(f"<p class=noot><sup>{n}</sup> {html.escape(t)}</p>" for n, t in sorted(self.notes.items()))
        return f"""<!DOCTYPE html><html lang="nl"><head><meta charset="utf-8"><title>kst-35373-1</title><style>
@page {{ size: A4; margin: 22mm 20mm 24mm 42mm }}
body {{ font: 10pt/1.35 "Liberation Serif", serif }} h1 {{ font-size: 12pt }} h2 {{ font-size: 10.5pt; margin: 1.2em 0 .3em }}
p {{ margin: 0 0 .7em; text-align: justify }} sup {{ font-size: 70% }} .noot {{ font-size: 8pt; margin: 0 0 .2em }} hr {{ width: 30%; margin: 2em 0 1em }}
</style></head><body>
<p><b>Tweede Kamer der Staten-Generaal</b> &nbsp; 2<br>Vergaderjaar 2019-2020</p>
<p><b>35 373 &nbsp; Rusland</b></p><h1>Nr. 1 BRIEF VAN DE MINISTER VAN BUITENLANDSE ZAKEN</h1>
{body}
<p>De Minister van Buitenlandse Zaken,<br>S.A. Blok</p><hr>{notes}</body></html>"""

    def pdf(self):
        """Printed by Chromium; its creation date is set to that of the letter."""
        with tempfile.TemporaryDirectory() as folder:
            with open(f"{folder}/letter.html", "w", encoding="utf-8") as file:
                file.write(self.html())
            subprocess.run(["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer", f"--user-data-dir={folder}/profile",
                            f"--print-to-pdf={folder}/letter.pdf", f"file://{folder}/letter.html"], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            data = open(f"{folder}/letter.pdf", "rb").read()
        return re.sub(rb"/(CreationDate|ModDate) \(D:\d{14}", lambda m: b"/" + m.group(1) + b" (D:20191222120000", data)


# ---------------------------------------------------------------------------
# Checking
# ---------------------------------------------------------------------------


def check(source, out):
    """Names against FIELDS.md, order in time, relations, size. Fails on what is wrong."""
    model = read_fields(f"{source}/FIELDS.md")
    problems, ids, links = [], {}, collections.Counter()
    wanted = collections.defaultdict(list)
    targets = {"voortouwcommissie": "Commissie", "voortgezetVanuit": "Activiteit", "vervangenVanuit": None, "huidigeDocumentVersie": "DocumentVersie",
               "bronDocument": "Document", "gerelateerdVanuit": "Zaak", "toegezegdAanFractie": "Fractie", "toegezegdAanPersoon": "Persoon",
               "isHerhalingVan": "Toezegging", "isAanvullingOp": "Toezegging", "isWijzigingVan": "Toezegging"}
    table = []
    for category, (kinds, relations) in model.items():
        path = f"{out}/entities/{category}.jsonl.zst"
        if not os.path.exists(path):
            problems.append(f"{category}: no file")
            continue
        states, origins, previous, seen, history = 0, collections.Counter(), ("", ""), {}, {}
        for record in read_jsonl(path):
            states += 1
            key = (record["updated"], record["id"])
            if key <= previous:
                problems.append(f"{category} {key}: not in order")
            previous = key
            seen[record["id"]] = record["origin"]
            for name, value in record["fields"].items():
                if name in relations:
                    if isinstance(value, list) != relations[name]:
                        problems.append(f"{category}.{name}: wrong shape")
                    for target in value if isinstance(value, list) else [value]:
                        kind = targets.get(name, name[0].upper() + name[1:]) or category
                        wanted[kind, target].append(f"{category}.{name}")
                elif name not in kinds:
                    problems.append(f"{category}.{name}: not a wire name")
                elif kinds[name] == "dateTime" and not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?([+-]\d\d:\d\d|Z)", str(value)) and name != "source":
                    problems.append(f"{category}.{name}: {value} is no dateTime")
                elif kinds[name] == "date" and not re.fullmatch(r"\d{4}-\d\d-\d\d", str(value)):
                    problems.append(f"{category}.{name}: {value} is no date")
        ids[category] = set(seen)
        origins.update(seen.values())
        if not seen:
            problems.append(f"{category}: empty")
        table.append((category, len(seen), states, origins["real"], origins["derived"], origins["made"]))
    dangling = collections.Counter()
    for (kind, target), uses in wanted.items():
        for use in uses:
            links[use] += 1
            if target not in ids.get(kind, ()):
                dangling[use] += 1
    print(f"{'category':34}{'entities':>9}{'states':>8}{'real':>7}{'derived':>9}{'made':>7}")
    for row in table:
        print(f"{row[0]:34}{row[1]:9}{row[2]:8}{row[3]:7}{row[4]:9}{row[5]:7}")
    print(f"{'total':34}{sum(r[1] for r in table):9}{sum(r[2] for r in table):8}{sum(r[3] for r in table):7}{sum(r[4] for r in table):9}{sum(r[5] for r in table):7}")
    print("links", sum(links.values()), "dangling", dict(dangling))
    size = sum(os.path.getsize(os.path.join(folder, name)) for part in ("entities", "resources") for folder, _, names in os.walk(f"{out}/{part}") for name in names)
    size += sum(os.path.getsize(f"{out}/{name}") for name in ("texts.jsonl.zst", "publications.jsonl.zst"))
    print(f"size {size / 1e6:.2f} MB")
    for problem in collections.Counter(problems).most_common(20):
        print("PROBLEM", problem)
    return not problems


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source")
    parser.add_argument("out")
    parser.add_argument("--from", dest="start", default="2025-06-23")
    parser.add_argument("--to", dest="end", default="2025-07-04")
    parser.add_argument("--everything", action="store_true")
    arguments = parser.parse_args()
    if arguments.everything:
        everything(arguments.source, arguments.out)
        return
    sample = Sample(arguments.source, arguments.out, arguments.start, arguments.end)
    sample.make()
    for name, count in sorted(sample.notes.items()):
        print(f"{count:6} {name}")
    for scene in sorted(sample.scenarios):
        print(" | ".join(str(part) for part in scene))
    if not check(arguments.source, arguments.out):
        sys.exit(1)


if __name__ == "__main__":
    main()
