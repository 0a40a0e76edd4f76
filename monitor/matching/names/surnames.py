"""Spanish names: of two surnames the first is used alone, and the last one seldom.

Lists of sanctions have Nicolás Maduro Moros in full, newspapers have Nicolás Maduro.
"""

from __future__ import annotations

from collections.abc import Sequence

from monitor.matching.text.normalise import fold_name
from monitor.matching.text.words import canonical

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


_SURNAMES_LISTED = """
acosta aguilar aguirre alonso álvarez aragón arias ávila barrios benítez bravo cabrera calderón
campos cárdenas carrasco castillo castro cervantes chávez contreras cordero correa cortés delgado
díaz domínguez escobar espinoza esquivel estrada fernández figueroa flores fuentes galindo gallardo
gallego garcía garrido garza gómez gonzález guerra guerrero gutiérrez guzmán hernández herrera
hidalgo ibáñez iglesias jiménez juárez lara león lozano macías maldonado márquez martínez medina
méndez mendoza mejía molina montero montoya morales moreno muñoz navarro núñez ochoa ojeda olivares
orozco ortega ortiz pacheco padilla palacios pardo paredes peña pérez pineda prieto quintero
ramírez ramos rangel reyes ríos rivas rivera robles rodríguez rojas román romero rosales rubio ruiz
salas salazar salinas sánchez sandoval santana serrano silva solís sosa soto suárez tapia téllez
toledo torres trejo trujillo valdez valencia vargas vásquez vázquez vega velasco velázquez vera
vidal villa villalobos villanueva villarreal zamora zapata zavala zúñiga
"""
_SURNAMES = frozenset(canonical(fold_name(word)) for word in _SURNAMES_LISTED.split())
"""Surnames of which none but those who speak Spanish have two."""


def first_surname(words: Sequence[str]) -> int | None:
    """Which of a Spanish name's words is the surname that is used alone; None if it is the last.

    Args:
        words: of a person's name as names are compared, its given names first.
    """
    if len(words) < 3 or words[0] not in _GIVEN or words[-1] in _GIVEN:
        return None
    if words[0] not in _SPANISH and words[-1] not in _SURNAMES:
        return None
    at = 2 if len(words) > 3 and words[1] in _GIVEN else 1
    # Of three words the second may be a given name: Pablo Emilio Escobar.
    return None if words[at] in _GIVEN else at
