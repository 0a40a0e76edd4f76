"""Spanish names: of two surnames the first is used alone, and the last one seldom.

Lists of sanctions have Nicolás Maduro Moros in full, newspapers have Nicolás Maduro.
"""

from __future__ import annotations

from collections.abc import Sequence

from monitor.matching.normalise import fold_name
from monitor.matching.words import canonical

_GIVEN_LISTED = """
adolfo agustín alberto alejandra alejandro alfonso alfredo alonso álvaro amparo andrés ángel
antonio araceli armando arturo beatriz blanca carlos carmen catalina césar concepción consuelo
cristina cristóbal cruz delcy diego diosdado dolores eduardo efraín elisa elvira emiliano emilio
enrique ernesto esperanza esteban estela eugenia eugenio evo fabiola federico felipe fernanda
fernando fidel francisco francisca genaro gerardo germán gilberto gonzalo graciela guadalupe
guillermo gustavo hernán humberto ignacio inés inmaculada isabel isidro ismael jaime javier jesús
joaquín jorge josé josefina juan juana juanita lorena luis manuel manuela marcela marcelo marcos
margarita maría mariana mariano mario mateo mauricio mercedes miguel moisés néstor nicolás octavio
pablo paloma patricio pedro pilar rafael ramiro ramón raquel raúl rebeca ricardo rigoberto roberto
rocío rodolfo rodrigo rogelio rosario rubén santiago sergio soledad susana tomás vicente violeta
xavier ximena yolanda
"""
_SHARED_LISTED = """
adrián alba alicia ana ángela antonia augusto aurora benito bernardo camilo carla carolina cecilia
clara claudia cristian daniel daniela david diana elena elías emilia eva fabián félix gabriel
gabriela gloria gregorio héctor hugo irene iván julia julián julio laura leonardo leopoldo lorenzo
lucas lucía luisa marta martín maximiliano miriam mónica natalia norma olga óscar patricia paula
rosa salvador samuel sandra sara sebastián silvia simón sofía sonia teresa valentina verónica
víctor victoria virginia
"""
_SPANISH = frozenset(canonical(fold_name(word)) for word in _GIVEN_LISTED.split())
_GIVEN = _SPANISH | {canonical(fold_name(word)) for word in _SHARED_LISTED.split()}
"""With those that other languages give as well: Daniel Patrick Moynihan has one surname."""


def first_surname(words: Sequence[str]) -> int | None:
    """Which of a Spanish name's words is the surname that is used alone; None if it is the last.

    Args:
        words: of a person's name as names are compared, its given names first.
    """
    if len(words) < 3 or words[0] not in _SPANISH or words[-1] in _GIVEN:
        return None
    at = 2 if len(words) > 3 and words[1] in _GIVEN else 1
    # Of three words the second may be a given name: Pablo Emilio Escobar.
    return None if words[at] in _GIVEN else at
