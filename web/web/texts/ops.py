"""Words of the page for the person on duty: short, exact, and the same terms as the command line."""

from __future__ import annotations

from web.texts.kind import Text

TEXTS = {
    "ops.title": Text("Wachtdienst", "On duty"),
    "ops.lead": Text(
        "Wat er wacht tussen de wijken van de stad. Je ziet hier nooit wat iemand schreef.",
        "What waits between the districts of the city. You never see here what somebody wrote.",
    ),
    "ops.service": Text("Dienst", "Service"),
    "ops.outbox": Text("Wacht op de broker", "Waits for the broker"),
    "ops.queues": Text("In de rij", "Queued"),
    "ops.nobody": Text("niemand leest", "nobody reads"),
    "ops.dead": Text("Vastgelopen", "Dead letters"),
    "ops.away": Text("geeft geen antwoord", "does not answer"),
    "ops.look": Text("Bekijk {number}", "Look at {number}"),
    "ops.letters.title": Text("Vastgelopen berichten: {service}", "Dead letters: {service}"),
    "ops.letters.none": Text("Er ligt niets dat hierbij past.", "Nothing here fits this."),
    "ops.letters.lead": Text(
        "Er liggen er {total}. {looked} zijn bekeken, {fitting} passen bij wat je vraagt.",
        "{total} lie here. {looked} were looked at, {fitting} fit what you ask.",
    ),
    "ops.filter": Text("Welke", "Which"),
    "ops.type": Text("Soort", "Type"),
    "ops.queue": Text("Rij", "Queue"),
    "ops.error": Text("Fout", "Error"),
    "ops.older": Text("Ouder dan (uren)", "Older than (hours)"),
    "ops.show": Text("Laat zien", "Show"),
    "ops.id": Text("Nummer", "Id"),
    "ops.died": Text("Sinds", "Since"),
    "ops.tries": Text("Pogingen", "Tries"),
    "ops.number": Text("Aantal", "Number"),
    "ops.alike": Text("Opgeteld", "Added up"),
    "ops.one_by_one": Text("De oudste, één voor één", "The oldest, one by one"),
    "ops.choose": Text("Kies {id}", "Choose {id}"),
    "ops.which": Text("Wat wil je behandelen?", "What do you want to handle?"),
    "ops.which.chosen": Text("Alleen wat ik aankruiste", "Only those I ticked"),
    "ops.which.fitting": Text(
        "Alles wat past bij wat hierboven staat, ook wat niet in de lijst staat",
        "All that fit what is asked above, those not in the list too",
    ),
    "ops.redrive": Text("Stuur terug naar de rij", "Send back to the queue"),
    "ops.redrive.hint": Text(
        "Eerst de oorzaak weg, dan terugsturen. Elk bericht wordt één keer verwerkt.",
        "Mend the cause first, then send back. Each event is handled once.",
    ),
    "ops.reason": Text("Waarom mogen ze weg? Dit komt in het logboek.", "Why may they go? This goes into the log."),
    "ops.drop": Text("Gooi weg", "Throw away"),
    "ops.done.redrive": Text(
        "{done} teruggestuurd. De broker weigerde er {refused}.", "{done} sent back. The broker refused {refused}."
    ),
    "ops.done.drop": Text("{done} weggegooid.", "{done} thrown away."),
    "ops.more": Text(
        "Er ligt nog meer: doe het nog een keer voor de rest.", "More is lying here: do it again for the rest."
    ),
    "ops.wrong.none": Text(
        "Kruis er eerst een aan, of kies alles wat past.", "Tick one first, or choose all that fit."
    ),
    "ops.wrong.reason": Text("Schrijf eerst waarom ze weg mogen.", "Write first why they may go."),
}
