<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>corpuscope::app::Reader</name>
    <message>
        <source>Stopped</source>
        <translation>Beendet</translation>
    </message>
</context>
<context>
    <name>corpuscope::ui::AnswerView</name>
    <message>
        <source>Answer</source>
        <translation>Antwort</translation>
    </message>
    <message>
        <source>Looking through the corpus …</source>
        <translation>Der Korpus wird durchsucht …</translation>
    </message>
    <message>
        <source>This question could not be answered: %1</source>
        <translation>Diese Frage konnte nicht beantwortet werden: %1</translation>
    </message>
    <message>
        <source>Ask again</source>
        <translation>Noch einmal fragen</translation>
    </message>
    <message>
        <source>The documents do not answer this. The nearest passages are below.</source>
        <translation>Die Dokumente beantworten das nicht. Die nächstliegenden Stellen stehen darunter.</translation>
    </message>
    <message>
        <source>Passages</source>
        <translation>Stellen</translation>
    </message>
    <message>
        <source>Nearest passages</source>
        <translation>Nächstliegende Stellen</translation>
    </message>
    <message>
        <source>Asked in an earlier window, whose answers are not kept.</source>
        <translation>In einem früheren Fenster gefragt; dessen Antworten werden nicht aufgehoben.</translation>
    </message>
</context>
<context>
    <name>corpuscope::ui::AppearanceMenu</name>
    <message>
        <source>A&amp;ppearance</source>
        <translation>&amp;Erscheinungsbild</translation>
    </message>
    <message>
        <source>As the &amp;system</source>
        <translation>Wie das &amp;System</translation>
    </message>
    <message>
        <source>&amp;Light</source>
        <translation>&amp;Hell</translation>
    </message>
    <message>
        <source>&amp;Dark</source>
        <translation>&amp;Dunkel</translation>
    </message>
</context>
<context>
    <name>corpuscope::ui::AskPage</name>
    <message>
        <source>Questions asked</source>
        <translation>Gestellte Fragen</translation>
    </message>
    <message>
        <source>Ask the corpus</source>
        <translation>Den Korpus befragen</translation>
    </message>
    <message>
        <source>No documents yet</source>
        <translation>Noch keine Dokumente</translation>
    </message>
    <message>
        <source>Answers are sentences of your documents, word for word, each with the place that it comes from. Type a question in the field above.</source>
        <translation>Antworten sind Sätze aus Ihren Dokumenten, Wort für Wort, jeder mit der Stelle, von der er stammt. Geben Sie oben eine Frage ein.</translation>
    </message>
    <message>
        <source>Open a folder, and ask all of it at once. Answers are sentences of your documents, each with the place that it comes from.</source>
        <translation>Öffnen Sie einen Ordner und befragen Sie alles darin auf einmal. Antworten sind Sätze aus Ihren Dokumenten, jeder mit der Stelle, von der er stammt.</translation>
    </message>
    <message>
        <source>Type a question</source>
        <translation>Frage eingeben</translation>
    </message>
    <message>
        <source>Open folder …</source>
        <translation>Ordner öffnen …</translation>
    </message>
</context>
<context>
    <name>corpuscope::ui::AttentionPage</name>
    <message>
        <source>No map yet</source>
        <translation>Noch keine Karte</translation>
    </message>
    <message>
        <source>Compute the map</source>
        <translation>Karte berechnen</translation>
    </message>
    <message>
        <source>Documents</source>
        <translation>Dokumente</translation>
    </message>
    <message>
        <source>Whole corpus</source>
        <translation>Ganzer Korpus</translation>
    </message>
    <message>
        <source>Level</source>
        <translation>Ebene</translation>
    </message>
    <message>
        <source>Passages</source>
        <translation>Stellen</translation>
    </message>
    <message>
        <source>Tokens</source>
        <translation>Token</translation>
    </message>
    <message>
        <source>Layer</source>
        <translation>Schicht</translation>
    </message>
    <message>
        <source>Head</source>
        <translation>Kopf</translation>
    </message>
    <message>
        <source>Branch</source>
        <translation>Zweig</translation>
    </message>
    <message>
        <source>All branches</source>
        <translation>Alle Zweige</translation>
    </message>
    <message>
        <source>Logarithmic colours</source>
        <translation>Logarithmische Farben</translation>
    </message>
    <message>
        <source>Diagonal</source>
        <translation>Diagonale</translation>
    </message>
    <message>
        <source>What each text pays to itself</source>
        <translation>Was jeder Text sich selbst widmet</translation>
    </message>
    <message>
        <source>Undo zoom</source>
        <translation>Zoom zurücknehmen</translation>
    </message>
    <message>
        <source>Back to the view before (Backspace)</source>
        <translation>Zurück zur vorigen Ansicht (Rücktaste)</translation>
    </message>
    <message>
        <source>Finer</source>
        <translation>Feiner</translation>
    </message>
    <message>
        <source>Compute what is visible with more rows and columns</source>
        <translation>Den sichtbaren Ausschnitt mit mehr Zeilen und Spalten berechnen</translation>
    </message>
    <message>
        <source>Save …</source>
        <translation>Speichern …</translation>
    </message>
    <message>
        <source>Layer %1</source>
        <translation>Schicht %1</translation>
    </message>
    <message>
        <source>All heads</source>
        <translation>Alle Köpfe</translation>
    </message>
    <message>
        <source>Head %1</source>
        <translation>Kopf %1</translation>
    </message>
    <message>
        <source>Nothing to look at yet</source>
        <translation>Noch nichts zu sehen</translation>
    </message>
    <message>
        <source>The map shows how much each stretch of the corpus attends to every other one while the encoder reads it. This is attention, not an explanation.</source>
        <translation>Die Karte zeigt, wie viel Aufmerksamkeit jeder Abschnitt des Korpus jedem anderen schenkt, während der Encoder ihn liest. Das ist Aufmerksamkeit, keine Erklärung.</translation>
    </message>
    <message>
        <source>Once documents are read, this page shows how much each stretch of the corpus attends to every other one.</source>
        <translation>Sobald Dokumente gelesen sind, zeigt diese Seite, wie viel Aufmerksamkeit jeder Abschnitt des Korpus jedem anderen schenkt.</translation>
    </message>
    <message>
        <source>Open folder …</source>
        <translation>Ordner öffnen …</translation>
    </message>
    <message>
        <source>The map could not be computed</source>
        <translation>Die Karte konnte nicht berechnet werden</translation>
    </message>
    <message>
        <source>Window of %1</source>
        <translation>Fenster von %1</translation>
    </message>
    <message>
        <source>%1, every %2th</source>
        <translation>%1, jede %2.</translation>
    </message>
    <message>
        <source>Picture (*.png);;Numbers (*.npz)</source>
        <translation>Bild (*.png);;Zahlen (*.npz)</translation>
    </message>
    <message>
        <source>The map could not be saved</source>
        <translation>Die Karte konnte nicht gespeichert werden</translation>
    </message>
    <message>
        <source>&amp;Compute</source>
        <translation>&amp;Berechnen</translation>
    </message>
    <message>
        <source>Sto&amp;p</source>
        <translation>&amp;Beenden</translation>
    </message>
    <message>
        <source>%1, of which the map shows something else: compute it</source>
        <translation>%1, von denen die Karte etwas anderes zeigt: neu berechnen</translation>
    </message>
    <message>
        <source>Save what is seen, as a picture (PNG) or as numbers (NPZ)</source>
        <translation>Was zu sehen ist, als Bild (PNG) oder als Zahlen (NPZ) sichern</translation>
    </message>
    <message>
        <source>Save what is seen of the map</source>
        <translation>Sichern, was von der Karte zu sehen ist</translation>
    </message>
</context>
<context>
    <name>corpuscope::ui::Banner</name>
    <message>
        <source>Close this message</source>
        <translation>Diese Meldung schließen</translation>
    </message>
</context>
<context>
    <name>corpuscope::ui::CellDetails</name>
    <message>
        <source>Point at a cell to read both texts; click it to open both places; drag to zoom in.
The bars show how much each text attends to the others (left) and they to it (above).</source>
        <translation>Zeigen Sie auf eine Zelle, um beide Texte zu lesen; ein Klick öffnet beide Stellen; Ziehen vergrößert.
Die Balken zeigen, wie viel Aufmerksamkeit jeder Text den anderen schenkt (links) und von ihnen erhält (oben).</translation>
    </message>
    <message>
        <source>Outside the attention pattern: these two never meet in this branch.</source>
        <translation>Außerhalb des Aufmerksamkeitsmusters: Diese beiden treffen in diesem Zweig nie aufeinander.</translation>
    </message>
    <message>
        <source>%1 of the attention of the left text goes to the right one.</source>
        <translation>%1 der Aufmerksamkeit des linken Textes gelten dem rechten.</translation>
    </message>
    <message>
        <source>Reading %1</source>
        <translation>Beim Lesen von %1</translation>
    </message>
    <message>
        <source>Attends to %1</source>
        <translation>Beachtet wird %1</translation>
    </message>
</context>
<context>
    <name>corpuscope::ui::CitationChip</name>
    <message>
        <source>Open the citation %1</source>
        <translation>Beleg %1 öffnen</translation>
    </message>
</context>
<context>
    <name>corpuscope::ui::DocumentTreeModel</name>
    <message>
        <source>%1, %2 of them failed</source>
        <translation>%1, davon %2 fehlgeschlagen</translation>
    </message>
    <message>
        <source>Failed: %1</source>
        <translation>Fehlgeschlagen: %1</translation>
    </message>
    <message>
        <source>Document</source>
        <translation>Dokument</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Zustand</translation>
    </message>
    <message>
        <source>Is removed as soon as reading is done or stopped</source>
        <translation>Wird entfernt, sobald das Lesen fertig oder beendet ist</translation>
    </message>
    <message>
        <source>Leaving</source>
        <translation>Entfällt</translation>
    </message>
</context>
<context>
    <name>corpuscope::ui::EngineText</name>
    <message>
        <source>There is no question.</source>
        <translation>Es wurde nichts gefragt.</translation>
    </message>
    <message>
        <source>The library is empty: add a folder first.</source>
        <translation>Die Bibliothek ist leer: Fügen Sie zuerst einen Ordner hinzu.</translation>
    </message>
    <message>
        <source>No passage has anything to do with the question.</source>
        <translation>Keine Stelle hat mit der Frage zu tun.</translation>
    </message>
    <message>
        <source>The documents do not seem to answer this. The nearest passages:</source>
        <translation>Die Dokumente scheinen das nicht zu beantworten. Die nächstliegenden Stellen:</translation>
    </message>
    <message>
        <source>No sentence of the documents answers this. The nearest passages:</source>
        <translation>Kein Satz der Dokumente beantwortet das. Die nächstliegenden Stellen:</translation>
    </message>
    <message>
        <source>No document mentions “%1”.</source>
        <translation>Kein Dokument erwähnt „%1“.</translation>
    </message>
    <message>
        <source>1 document mentions “%1”.</source>
        <translation>1 Dokument erwähnt „%1“.</translation>
    </message>
    <message>
        <source>1 document mentions “%1”:</source>
        <translation>1 Dokument erwähnt „%1“:</translation>
    </message>
    <message>
        <source>%1 documents mention “%2”.</source>
        <translation>%1 Dokumente erwähnen „%2“.</translation>
    </message>
    <message>
        <source>%1 documents mention “%2”:</source>
        <translation>%1 Dokumente erwähnen „%2“:</translation>
    </message>
    <message>
        <source>%1 (1 passage)</source>
        <translation>%1 (1 Stelle)</translation>
    </message>
    <message>
        <source>%1 (%2 passages)</source>
        <translation>%1 (%2 Stellen)</translation>
    </message>
    <message>
        <source>… and %1 more.</source>
        <translation>… und %1 weitere.</translation>
    </message>
    <message>
        <source>Every document could be read.</source>
        <translation>Jedes Dokument konnte gelesen werden.</translation>
    </message>
    <message>
        <source>1 document could not be read.</source>
        <translation>1 Dokument konnte nicht gelesen werden.</translation>
    </message>
    <message>
        <source>1 document could not be read:</source>
        <translation>1 Dokument konnte nicht gelesen werden:</translation>
    </message>
    <message>
        <source>%1 documents could not be read.</source>
        <translation>%1 Dokumente konnten nicht gelesen werden.</translation>
    </message>
    <message>
        <source>%1 documents could not be read:</source>
        <translation>%1 Dokumente konnten nicht gelesen werden:</translation>
    </message>
    <message>
        <source>The library has no documents.</source>
        <translation>Die Bibliothek hat keine Dokumente.</translation>
    </message>
    <message>
        <source>The library has 1 document.</source>
        <translation>Die Bibliothek hat 1 Dokument.</translation>
    </message>
    <message>
        <source>The library has 1 document:</source>
        <translation>Die Bibliothek hat 1 Dokument:</translation>
    </message>
    <message>
        <source>The library has no %1 documents.</source>
        <translation>Die Bibliothek hat keine %1-Dokumente.</translation>
    </message>
    <message>
        <source>The library has 1 %1 document.</source>
        <translation>Die Bibliothek hat 1 %1-Dokument.</translation>
    </message>
    <message>
        <source>The library has 1 %1 document:</source>
        <translation>Die Bibliothek hat 1 %1-Dokument:</translation>
    </message>
    <message>
        <source>The library has %1 %2 documents.</source>
        <translation>Die Bibliothek hat %1 %2-Dokumente.</translation>
    </message>
    <message>
        <source>The library has %1 %2 documents:</source>
        <translation>Die Bibliothek hat %1 %2-Dokumente:</translation>
    </message>
    <message>
        <source>The library has %1 documents.</source>
        <translation>Die Bibliothek hat %1 Dokumente.</translation>
    </message>
    <message>
        <source>The library has %1 documents:</source>
        <translation>Die Bibliothek hat %1 Dokumente:</translation>
    </message>
    <message>
        <source>needs a password</source>
        <translation>verlangt ein Kennwort</translation>
    </message>
    <message>
        <source>has no text in it</source>
        <translation>enthält keinen Text</translation>
    </message>
    <message>
        <source>has no text in it: its pages hold pictures only</source>
        <translation>enthält keinen Text: Auf den Seiten sind nur Bilder</translation>
    </message>
    <message>
        <source>has no bytes in it</source>
        <translation>ist leer</translation>
    </message>
    <message>
        <source>is a damaged PDF: it cannot be opened</source>
        <translation>ist ein beschädigtes PDF und lässt sich nicht öffnen</translation>
    </message>
    <message>
        <source>is encrypted in a way that cannot be opened</source>
        <translation>ist auf eine Weise verschlüsselt, die sich nicht öffnen lässt</translation>
    </message>
    <message>
        <source>has %1 pages; the limit is %2</source>
        <translation>hat %1 Seiten; die Grenze ist %2</translation>
    </message>
    <message>
        <source>is a damaged zip archive: %1</source>
        <translation>ist ein beschädigtes Zip-Archiv: %1</translation>
    </message>
    <message>
        <source>is a damaged zip archive</source>
        <translation>ist ein beschädigtes Zip-Archiv</translation>
    </message>
    <message>
        <source>is a damaged epub: %1</source>
        <translation>ist ein beschädigtes EPUB: %1</translation>
    </message>
    <message>
        <source>it does not say where its contents are</source>
        <translation>Es sagt nicht, wo sein Inhalt liegt</translation>
    </message>
    <message>
        <source>it has no reading order (spine)</source>
        <translation>Es hat keine Lesefolge (spine)</translation>
    </message>
    <message>
        <source>is a damaged %1 document: the XML inside breaks off or is malformed</source>
        <translation>ist ein beschädigtes %1-Dokument: Das XML darin bricht ab oder ist fehlerhaft</translation>
    </message>
    <message>
        <source>is protected against reading (DRM)</source>
        <translation>ist gegen Lesen geschützt (DRM)</translation>
    </message>
    <message>
        <source>unpacks to more than %1 times its size</source>
        <translation>entpackt sich auf mehr als das %1-Fache seiner Größe</translation>
    </message>
    <message>
        <source>unpacks to more than the limit of %1</source>
        <translation>entpackt sich auf mehr als die Grenze von %1</translation>
    </message>
    <message>
        <source>holds more text than the limit of %1</source>
        <translation>enthält mehr Text als die Grenze von %1</translation>
    </message>
    <message>
        <source>is larger than the limit of %1</source>
        <translation>ist größer als die Grenze von %1</translation>
    </message>
    <message>
        <source>is %1 large; the limit is %2</source>
        <translation>ist %1 groß; die Grenze ist %2</translation>
    </message>
    <message>
        <source>is an archive of a kind that no reader takes</source>
        <translation>ist ein Archiv, das nicht gelesen werden kann</translation>
    </message>
    <message>
        <source>is a message as Outlook stores it, which no reader takes: save it as .eml</source>
        <translation>ist eine Nachricht, wie Outlook sie ablegt, die nicht gelesen werden kann: als .eml speichern</translation>
    </message>
    <message>
        <source>is an office file of before 2007, which no reader takes</source>
        <translation>ist eine Office-Datei von vor 2007, die nicht gelesen werden kann</translation>
    </message>
    <message>
        <source>is of a kind that no reader takes</source>
        <translation>ist von einer Art, die nicht gelesen werden kann</translation>
    </message>
    <message>
        <source>cannot be read as Markdown</source>
        <translation>lässt sich nicht als Markdown lesen</translation>
    </message>
    <message>
        <source>is a folder, not a document</source>
        <translation>ist ein Ordner, kein Dokument</translation>
    </message>
    <message>
        <source>is a folder</source>
        <translation>ist ein Ordner</translation>
    </message>
    <message>
        <source>is neither a file nor a folder</source>
        <translation>ist weder Datei noch Ordner</translation>
    </message>
    <message>
        <source>changed while it was being read</source>
        <translation>hat sich beim Lesen geändert</translation>
    </message>
    <message>
        <source>vanished while it was being read</source>
        <translation>ist beim Lesen verschwunden</translation>
    </message>
    <message>
        <source>needs more memory than there is</source>
        <translation>braucht mehr Speicher, als da ist</translation>
    </message>
    <message>
        <source>does not exist</source>
        <translation>gibt es nicht</translation>
    </message>
    <message>
        <source>its name is not valid UTF-8</source>
        <translation>Der Name ist kein gültiges UTF-8</translation>
    </message>
    <message>
        <source>the folder cannot be opened: %1</source>
        <translation>Der Ordner lässt sich nicht öffnen: %1</translation>
    </message>
    <message>
        <source>cannot be opened: %1</source>
        <translation>lässt sich nicht öffnen: %1</translation>
    </message>
    <message>
        <source>cannot be read: %1</source>
        <translation>lässt sich nicht lesen: %1</translation>
    </message>
    <message>
        <source>cannot be written: %1</source>
        <translation>lässt sich nicht schreiben: %1</translation>
    </message>
    <message>
        <source>chapter %1 is missing or empty</source>
        <translation>Kapitel %1 fehlt oder ist leer</translation>
    </message>
    <message>
        <source>notes were left out: their XML is malformed</source>
        <translation>Anmerkungen wurden ausgelassen: Ihr XML ist fehlerhaft</translation>
    </message>
    <message>
        <source>%1 places could not be decoded as %2 and show U+FFFD instead</source>
        <translation>%1 Stellen ließen sich nicht als %2 lesen und zeigen stattdessen U+FFFD</translation>
    </message>
    <message>
        <source>%1 zero bytes were left out</source>
        <translation>%1 Nullbytes wurden ausgelassen</translation>
    </message>
    <message>
        <source>%1 is in use by another Corpuscope (process %2)</source>
        <translation>%1 wird von einem anderen Corpuscope benutzt (Prozess %2)</translation>
    </message>
    <message>
        <source>%1 is in use by another program</source>
        <translation>%1 wird von einem anderen Programm benutzt</translation>
    </message>
    <message>
        <source>%1 is not a Corpuscope library: it is the database of another application</source>
        <translation>%1 ist keine Bibliothek von Corpuscope, sondern die Datenbank eines anderen Programms</translation>
    </message>
    <message>
        <source>%1 is not a Corpuscope library: it is not a database at all</source>
        <translation>%1 ist keine Bibliothek von Corpuscope und überhaupt keine Datenbank</translation>
    </message>
    <message>
        <source>%1 is not a Corpuscope library: it is empty</source>
        <translation>%1 ist keine Bibliothek von Corpuscope: Die Datei ist leer</translation>
    </message>
    <message>
        <source>%1 was made by a newer version of Corpuscope (format %2, this version knows up to %3)</source>
        <translation>%1 stammt von einer neueren Version von Corpuscope (Format %2; diese Version kennt bis %3)</translation>
    </message>
    <message>
        <source>%1 is of an older format (%2): open it for writing once, which brings it up to date</source>
        <translation>%1 hat ein älteres Format (%2): Einmal zum Schreiben geöffnet, ist sie auf dem neuesten Stand</translation>
    </message>
    <message>
        <source>%1 cannot grow: the disk is full; what was stored before is safe</source>
        <translation>%1 kann nicht wachsen: Der Datenträger ist voll; was zuvor gespeichert wurde, ist sicher</translation>
    </message>
    <message>
        <source>%1 cannot be read or written: %2; what was stored before is safe</source>
        <translation>%1 lässt sich nicht lesen oder schreiben: %2; was zuvor gespeichert wurde, ist sicher</translation>
    </message>
    <message>
        <source>%1 cannot be written: it is read-only</source>
        <translation>%1 lässt sich nicht schreiben: Die Datei ist schreibgeschützt</translation>
    </message>
    <message>
        <source>%1 cannot be written: %2</source>
        <translation>%1 lässt sich nicht schreiben: %2</translation>
    </message>
    <message>
        <source>%1 cannot be opened: %2</source>
        <translation>%1 lässt sich nicht öffnen: %2</translation>
    </message>
    <message>
        <source>%1 is damaged: %2</source>
        <translation>%1 ist beschädigt: %2</translation>
    </message>
    <message>
        <source>%1 is a folder</source>
        <translation>%1 ist ein Ordner</translation>
    </message>
    <message>
        <source>no library is open</source>
        <translation>Keine Bibliothek ist geöffnet</translation>
    </message>
    <message>
        <source>was opened for reading only</source>
        <translation>wurde nur zum Lesen geöffnet</translation>
    </message>
    <message>
        <source>the document is no longer in the library</source>
        <translation>Das Dokument ist nicht mehr in der Bibliothek</translation>
    </message>
    <message>
        <source>holds no vectors yet</source>
        <translation>enthält noch keine Vektoren</translation>
    </message>
    <message>
        <source>no document with text to look at</source>
        <translation>kein Dokument mit Text zum Ansehen</translation>
    </message>
    <message>
        <source>the picture cannot be written</source>
        <translation>das Bild lässt sich nicht schreiben</translation>
    </message>
    <message>
        <source>a map is saved as .png or .npz</source>
        <translation>eine Karte wird als .png oder .npz gespeichert</translation>
    </message>
    <message>
        <source>Permission denied</source>
        <translation>Keine Berechtigung</translation>
    </message>
    <message>
        <source>No such file or directory</source>
        <translation>Datei oder Ordner nicht gefunden</translation>
    </message>
    <message>
        <source>No space left on device</source>
        <translation>Kein Platz mehr auf dem Datenträger</translation>
    </message>
    <message>
        <source>Read-only file system</source>
        <translation>Dateisystem ist schreibgeschützt</translation>
    </message>
    <message>
        <source>Input/output error</source>
        <translation>Ein-/Ausgabefehler</translation>
    </message>
    <message>
        <source>Too many open files</source>
        <translation>Zu viele offene Dateien</translation>
    </message>
    <message>
        <source>%1 (%2, 1 thread)</source>
        <translation>%1 (%2, 1 Thread)</translation>
    </message>
    <message>
        <source>%1 (%2, %3 threads)</source>
        <translation>%1 (%2, %3 Threads)</translation>
    </message>
    <message>
        <source>is not what its name says: no %1 file begins like that</source>
        <translation>ist nicht, was der Name sagt: So beginnt keine %1-Datei</translation>
    </message>
    <message>
        <source>is binary data, not a text</source>
        <translation>besteht aus Binärdaten, nicht aus Text</translation>
    </message>
    <message>
        <source>is binary data, not a text (%1)</source>
        <translation>besteht aus Binärdaten, nicht aus Text (%1)</translation>
    </message>
    <message>
        <source>is a zip archive, but not a %1 document</source>
        <translation>ist ein Zip-Archiv, aber kein %1-Dokument</translation>
    </message>
    <message>
        <source>is a damaged pptx document: it does not say where its slides are</source>
        <translation>ist ein beschädigtes pptx-Dokument: Es sagt nicht, wo seine Folien sind</translation>
    </message>
    <message>
        <source>is a damaged message: it has no headers that can be read</source>
        <translation>ist eine beschädigte Nachricht: Sie hat keine lesbaren Kopfzeilen</translation>
    </message>
    <message>
        <source>slide %1 was left out: it is missing or its XML is malformed</source>
        <translation>Folie %1 wurde ausgelassen: Sie fehlt oder ihr XML ist fehlerhaft</translation>
    </message>
    <message>
        <source>the notes of slide %1 break off: their XML is malformed</source>
        <translation>die Notizen zu Folie %1 brechen ab: Ihr XML ist fehlerhaft</translation>
    </message>
    <message>
        <source>the attachment %1 was left out</source>
        <translation>der Anhang %1 wurde ausgelassen</translation>
    </message>
    <message>
        <source>an encrypted part was left out</source>
        <translation>ein verschlüsselter Teil wurde ausgelassen</translation>
    </message>
    <message>
        <source>messages within messages are nested too deeply</source>
        <translation>Nachrichten in Nachrichten sind zu tief verschachtelt</translation>
    </message>
    <message>
        <source>parts of a message are nested too deeply</source>
        <translation>Teile einer Nachricht sind zu tief verschachtelt</translation>
    </message>
    <message>
        <source>is a damaged xlsx document: it does not say where its sheets are</source>
        <translation>ist ein beschädigtes xlsx-Dokument: Es sagt nicht, wo seine Blätter sind</translation>
    </message>
    <message>
        <source>sheet %1 was left out: it is missing</source>
        <translation>Blatt %1 wurde ausgelassen: Es fehlt</translation>
    </message>
    <message>
        <source>is a damaged rtf document: its groups nest too deep</source>
        <translation>ist ein beschädigtes rtf-Dokument: Seine Gruppen sind zu tief verschachtelt</translation>
    </message>
    <message>
        <source>breaks off before its end: what may have followed is missing</source>
        <translation>bricht vor dem Ende ab: Was noch gefolgt sein mag, fehlt</translation>
    </message>
    <message>
        <source>%1 is not a Corpuscope library: it is a pipe or a device</source>
        <translation>%1 ist keine Corpuscope-Bibliothek, sondern eine Pipe oder ein Gerät</translation>
    </message>
    <message>
        <source>is not the manifest of an export and would be replaced; export to another folder, or move it away</source>
        <translation>ist nicht das Manifest eines Exports und würde ersetzt; in einen anderen Ordner exportieren oder die Datei verschieben</translation>
    </message>
    <message>
        <source>it is not a file</source>
        <translation>es ist keine Datei</translation>
    </message>
    <message>
        <source>No document has the words “%1” side by side.</source>
        <translation>In keinem Dokument stehen die Wörter „%1“ nebeneinander.</translation>
    </message>
    <message>
        <source>is not HTML that can be read: %1</source>
        <translation>ist kein lesbares HTML: %1</translation>
    </message>
    <message>
        <source>its elements are nested too deeply</source>
        <translation>Seine Elemente sind zu tief verschachtelt</translation>
    </message>
    <message>
        <source>its elements overlap in too many ways</source>
        <translation>Seine Elemente überschneiden sich zu oft</translation>
    </message>
    <message>
        <source>its tags have too many attributes</source>
        <translation>Seine Tags haben zu viele Attribute</translation>
    </message>
    <message>
        <source>needs more memory to be read than there is</source>
        <translation>braucht zum Lesen mehr Speicher, als da ist</translation>
    </message>
    <message>
        <source>needs more than %1 of memory to be read</source>
        <translation>braucht zum Lesen mehr als %1 Speicher</translation>
    </message>
    <message>
        <source>takes more than %1 s of processor time to be read</source>
        <translation>braucht zum Lesen mehr als %1 s Rechenzeit</translation>
    </message>
    <message>
        <source>brings down the program that reads it</source>
        <translation>bringt das Programm, das es liest, zum Absturz</translation>
    </message>
    <message>
        <source>brings down the program that reads it (%1)</source>
        <translation>bringt das Programm, das es liest, zum Absturz (%1)</translation>
    </message>
    <message>
        <source>misleads the program that reads it</source>
        <translation>führt das Programm, das es liest, in die Irre</translation>
    </message>
    <message>
        <source>is empty now; its documents stay in the library until they are removed from it</source>
        <translation>ist jetzt leer; seine Dokumente bleiben in der Bibliothek, bis sie daraus entfernt werden</translation>
    </message>
    <message>
        <source>%1: the program that reads documents cannot be started: %2</source>
        <translation>%1: Das Programm, das Dokumente liest, kann nicht gestartet werden: %2</translation>
    </message>
    <message>
        <source>chapter %1 was left out: %2</source>
        <translation>Kapitel %1 wurde ausgelassen: %2</translation>
    </message>
    <message>
        <source>HTML in a message was left out: %1</source>
        <translation>HTML in einer Nachricht wurde ausgelassen: %1</translation>
    </message>
    <message>
        <source>HTML was left out: %1</source>
        <translation>HTML wurde ausgelassen: %1</translation>
    </message>
    <message>
        <source>equal cells or rows beside one another are shown fewer times than they stand there</source>
        <translation>gleiche Zellen oder Zeilen nebeneinander werden seltener gezeigt, als sie dort stehen</translation>
    </message>
    <message>
        <source>the attachment %1 was left out: %2</source>
        <translation>der Anhang %1 wurde ausgelassen: %2</translation>
    </message>
</context>
<context>
    <name>corpuscope::ui::ExportDialog</name>
    <message>
        <source>NumPy array (.npy)</source>
        <translation>NumPy-Array (.npy)</translation>
    </message>
    <message>
        <source>NumPy archive (.npz)</source>
        <translation>NumPy-Archiv (.npz)</translation>
    </message>
    <message>
        <source>Safetensors (.safetensors)</source>
        <translation>Safetensors (.safetensors)</translation>
    </message>
    <message>
        <source>JSON lines (.jsonl)</source>
        <translation>JSON-Zeilen (.jsonl)</translation>
    </message>
    <message>
        <source>Comma-separated (.csv)</source>
        <translation>Durch Kommas getrennt (.csv)</translation>
    </message>
    <message>
        <source>Tab-separated (.tsv)</source>
        <translation>Durch Tabulatoren getrennt (.tsv)</translation>
    </message>
    <message>
        <source>Export vectors</source>
        <translation>Vektoren exportieren</translation>
    </message>
    <message>
        <source>Documents</source>
        <translation>Dokumente</translation>
    </message>
    <message>
        <source>Passages</source>
        <translation>Stellen</translation>
    </message>
    <message>
        <source>Tokens</source>
        <translation>Token</translation>
    </message>
    <message>
        <source>32-bit float</source>
        <translation>32-Bit-Gleitkomma</translation>
    </message>
    <message>
        <source>16-bit float</source>
        <translation>16-Bit-Gleitkomma</translation>
    </message>
    <message>
        <source>File to write</source>
        <translation>Zieldatei</translation>
    </message>
    <message>
        <source>%1 rows. A manifest beside the file says what each row is.</source>
        <translation>%1 Zeilen. Ein Manifest neben der Datei sagt, was jede Zeile ist.</translation>
    </message>
    <message>
        <source>Export vectors to</source>
        <translation>Vektoren exportieren nach</translation>
    </message>
    <message>
        <source>Writing %1 …</source>
        <translation>%1 wird geschrieben …</translation>
    </message>
    <message>
        <source>Wrote %1 rows of %2 numbers to %3, described in %4.</source>
        <translation>%1 Zeilen mit je %2 Zahlen nach %3 geschrieben, beschrieben in %4.</translation>
    </message>
    <message>
        <source>The vectors could not be exported: %1</source>
        <translation>Die Vektoren konnten nicht exportiert werden: %1</translation>
    </message>
    <message>
        <source>&amp;Browse …</source>
        <translation>D&amp;urchsuchen …</translation>
    </message>
    <message>
        <source>&amp;Export</source>
        <translation>E&amp;xportieren</translation>
    </message>
    <message>
        <source>&amp;Close</source>
        <translation>&amp;Schließen</translation>
    </message>
    <message>
        <source>One &amp;row for each</source>
        <translation>Eine &amp;Zeile je</translation>
    </message>
    <message>
        <source>&amp;Format</source>
        <translation>&amp;Format</translation>
    </message>
    <message>
        <source>&amp;Numbers</source>
        <translation>Za&amp;hlen</translation>
    </message>
    <message>
        <source>Fi&amp;le</source>
        <translation>&amp;Datei</translation>
    </message>
    <message>
        <source>The file exists and will be replaced.</source>
        <translation>Die Datei gibt es schon; sie wird ersetzt.</translation>
    </message>
    <message>
        <source>&amp;Cancel</source>
        <translation>Ab&amp;brechen</translation>
    </message>
    <message>
        <source>The export was stopped; nothing was written.</source>
        <translation>Der Export wurde beendet; nichts wurde geschrieben.</translation>
    </message>
    <message>
        <source>Apache Parquet (.parquet)</source>
        <translation>Apache Parquet (.parquet)</translation>
    </message>
    <message>
        <source>There is no folder %1.</source>
        <translation>Den Ordner %1 gibt es nicht.</translation>
    </message>
    <message>
        <source>%1 is a folder.</source>
        <translation>%1 ist ein Ordner.</translation>
    </message>
</context>
<context>
    <name>corpuscope::ui::FailureModel</name>
    <message>
        <source>Document</source>
        <translation>Dokument</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>Grund</translation>
    </message>
</context>
<context>
    <name>corpuscope::ui::FileDialog</name>
    <message>
        <source>Folder</source>
        <translation>Ordner</translation>
    </message>
    <message>
        <source>File</source>
        <translation>Datei</translation>
    </message>
    <message>
        <source>%1 file</source>
        <translation>%1-Datei</translation>
    </message>
</context>
<context>
    <name>corpuscope::ui::FindBar</name>
    <message>
        <source>Find in this document</source>
        <translation>In diesem Dokument suchen</translation>
    </message>
    <message>
        <source>Previous place (Shift+Return)</source>
        <translation>Vorige Stelle (Umschalt+Eingabe)</translation>
    </message>
    <message>
        <source>Next place (Return)</source>
        <translation>Nächste Stelle (Eingabe)</translation>
    </message>
    <message>
        <source>Close the search (Escape)</source>
        <translation>Suche schließen (Esc)</translation>
    </message>
    <message>
        <source>Not found</source>
        <translation>Nicht gefunden</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 von %2</translation>
    </message>
</context>
<context>
    <name>corpuscope::ui::Format</name>
    <message>
        <source>%1 G</source>
        <translation>%1 Mrd.</translation>
    </message>
    <message>
        <source>%1 M</source>
        <translation>%1 Mio.</translation>
    </message>
    <message>
        <source>%1 k</source>
        <translation>%1 Tsd.</translation>
    </message>
    <message>
        <source>less than %1 %</source>
        <translation>weniger als %1 %</translation>
    </message>
    <message>
        <source>%1 %</source>
        <translation>%1 %</translation>
    </message>
    <message>
        <source>%1 s</source>
        <translation>%1 s</translation>
    </message>
    <message>
        <source>%1 min %2 s</source>
        <translation>%1 min %2 s</translation>
    </message>
    <message>
        <source>%1 min</source>
        <translation>%1 min</translation>
    </message>
    <message>
        <source>%1 h %2 min</source>
        <translation>%1 h %2 min</translation>
    </message>
    <message>
        <source>1 document</source>
        <translation>1 Dokument</translation>
    </message>
    <message>
        <source>%1 documents</source>
        <translation>%1 Dokumente</translation>
    </message>
    <message>
        <source>1 passage</source>
        <translation>1 Stelle</translation>
    </message>
    <message>
        <source>%1 passages</source>
        <translation>%1 Stellen</translation>
    </message>
    <message>
        <source>1 token</source>
        <translation>1 Token</translation>
    </message>
    <message>
        <source>%1 tokens</source>
        <translation>%1 Token</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>Wartet</translation>
    </message>
    <message>
        <source>Read</source>
        <translation>Gelesen</translation>
    </message>
    <message>
        <source>Ready</source>
        <translation>Bereit</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>Fehler</translation>
    </message>
    <message>
        <source>Searched %1 of %2</source>
        <translation>Durchsucht: %1 / %2</translation>
    </message>
    <message>
        <source>%1 failed</source>
        <translation>%1 fehlgeschlagen</translation>
    </message>
    <message>
        <source>%1 waiting</source>
        <translation>%1 warten</translation>
    </message>
    <message>
        <source>chapter %1</source>
        <translation>Kapitel %1</translation>
    </message>
    <message>
        <source>page %1</source>
        <translation>Seite %1</translation>
    </message>
    <message>
        <source>1 chapter</source>
        <translation>1 Kapitel</translation>
    </message>
    <message>
        <source>%1 chapters</source>
        <translation>%1 Kapitel</translation>
    </message>
    <message>
        <source>1 page</source>
        <translation>1 Seite</translation>
    </message>
    <message>
        <source>%1 pages</source>
        <translation>%1 Seiten</translation>
    </message>
    <message>
        <source>Looking for documents</source>
        <translation>Dokumente werden gesucht</translation>
    </message>
    <message>
        <source>Reading %1 of %2</source>
        <translation>Lesen: %1 / %2</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 von %2</translation>
    </message>
    <message>
        <source>Storing</source>
        <translation>Speichern</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Fertig</translation>
    </message>
    <message>
        <source>%1 tokens/s</source>
        <translation>%1 Token/s</translation>
    </message>
    <message>
        <source>%1 left</source>
        <translation>noch %1</translation>
    </message>
    <message>
        <source>slide %1</source>
        <translation>Folie %1</translation>
    </message>
    <message>
        <source>message %1</source>
        <translation>Nachricht %1</translation>
    </message>
    <message>
        <source>1 slide</source>
        <translation>1 Folie</translation>
    </message>
    <message>
        <source>%1 slides</source>
        <translation>%1 Folien</translation>
    </message>
    <message>
        <source>1 message</source>
        <translation>1 Nachricht</translation>
    </message>
    <message>
        <source>%1 messages</source>
        <translation>%1 Nachrichten</translation>
    </message>
    <message>
        <source>sheet %1</source>
        <translation>Blatt %1</translation>
    </message>
    <message>
        <source>1 sheet</source>
        <translation>1 Blatt</translation>
    </message>
    <message>
        <source>%1 sheets</source>
        <translation>%1 Blätter</translation>
    </message>
</context>
<context>
    <name>corpuscope::ui::GroupTableModel</name>
    <message>
        <source>not read</source>
        <translation>nicht gelesen</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>Format</translation>
    </message>
    <message>
        <source>Documents</source>
        <translation>Dokumente</translation>
    </message>
    <message>
        <source>Passages</source>
        <translation>Stellen</translation>
    </message>
    <message>
        <source>Tokens</source>
        <translation>Token</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>Fehler</translation>
    </message>
</context>
<context>
    <name>corpuscope::ui::HeatmapView</name>
    <message>
        <source>Map of attention</source>
        <translation>Karte der Aufmerksamkeit</translation>
    </message>
    <message>
        <source>outside the pattern</source>
        <translation>außerhalb des Musters</translation>
    </message>
</context>
<context>
    <name>corpuscope::ui::HelpDialog</name>
    <message>
        <source>Corpuscope help</source>
        <translation>Hilfe zu Corpuscope</translation>
    </message>
    <message>
        <source>The pages</source>
        <translation>Die Seiten</translation>
    </message>
    <message>
        <source>Overview</source>
        <translation>Überblick</translation>
    </message>
    <message>
        <source>What is in the library, and which documents could not be read and why.</source>
        <translation>Was in der Bibliothek ist, und welche Dokumente nicht gelesen werden konnten und warum.</translation>
    </message>
    <message>
        <source>Ask</source>
        <translation>Fragen</translation>
    </message>
    <message>
        <source>Answers are sentences of the documents, word for word. A click on a citation opens its place in the reader. Below stands how much of the corpus was searched.</source>
        <translation>Antworten sind Sätze der Dokumente, Wort für Wort. Ein Klick auf einen Beleg öffnet seine Stelle im Leser. Darunter steht, wie viel des Korpus durchsucht wurde.</translation>
    </message>
    <message>
        <source>Summary</source>
        <translation>Zusammenfassung</translation>
    </message>
    <message>
        <source>The most central sentences of the whole corpus, or of the documents that are selected in the library.</source>
        <translation>Die zentralsten Sätze des ganzen Korpus oder der Dokumente, die in der Bibliothek ausgewählt sind.</translation>
    </message>
    <message>
        <source>Attention</source>
        <translation>Aufmerksamkeit</translation>
    </message>
    <message>
        <source>How much each stretch of the corpus attends to every other one while the encoder reads it. Dragging zooms in, a click opens both places.</source>
        <translation>Wie viel Aufmerksamkeit jeder Abschnitt des Korpus jedem anderen schenkt, während der Encoder ihn liest. Ziehen vergrößert, ein Klick öffnet beide Stellen.</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>Tasten</translation>
    </message>
    <message>
        <source>Open a folder</source>
        <translation>Einen Ordner öffnen</translation>
    </message>
    <message>
        <source>Type a question</source>
        <translation>Frage eingeben</translation>
    </message>
    <message>
        <source>Find in the document that is open</source>
        <translation>Im geöffneten Dokument suchen</translation>
    </message>
    <message>
        <source>Filter the documents of the library</source>
        <translation>Die Dokumente der Bibliothek filtern</translation>
    </message>
    <message>
        <source>Next and previous place</source>
        <translation>Nächste und vorige Stelle</translation>
    </message>
    <message>
        <source>Copy the citation that has the keyboard, with its sentence</source>
        <translation>Den Beleg, auf dem die Tastatur steht, mit seinem Satz kopieren</translation>
    </message>
    <message>
        <source>Go to a page</source>
        <translation>Zu einer Seite gehen</translation>
    </message>
    <message>
        <source>This help</source>
        <translation>Diese Hilfe</translation>
    </message>
    <message>
        <source>Quit; what is being read goes on the next time</source>
        <translation>Beenden; was gerade gelesen wird, geht beim nächsten Mal weiter</translation>
    </message>
    <message>
        <source>On the map of attention</source>
        <translation>Auf der Karte der Aufmerksamkeit</translation>
    </message>
    <message>
        <source>Arrows</source>
        <translation>Pfeile</translation>
    </message>
    <message>
        <source>Go from cell to cell</source>
        <translation>Von Zelle zu Zelle gehen</translation>
    </message>
    <message>
        <source>Open both places of the cell</source>
        <translation>Beide Stellen der Zelle öffnen</translation>
    </message>
    <message>
        <source>Zoom in on the cell</source>
        <translation>Die Zelle vergrößern</translation>
    </message>
    <message>
        <source>Undo the zoom</source>
        <translation>Die Vergrößerung zurücknehmen</translation>
    </message>
    <message>
        <source>Remove the documents that are selected from the library</source>
        <translation>Die ausgewählten Dokumente aus der Bibliothek entfernen</translation>
    </message>
</context>
<context>
    <name>corpuscope::ui::HistoryModel</name>
    <message>
        <source>%1
Waiting for the answer</source>
        <translation>%1
Wartet auf die Antwort</translation>
    </message>
    <message>
        <source>%1
Answered</source>
        <translation>%1
Beantwortet</translation>
    </message>
    <message>
        <source>%1
The documents do not answer this</source>
        <translation>%1
Die Dokumente beantworten das nicht</translation>
    </message>
    <message>
        <source>%1
Failed: %2</source>
        <translation>%1
Fehlgeschlagen: %2</translation>
    </message>
    <message>
        <source>%1
Asked earlier</source>
        <translation>%1
Früher gefragt</translation>
    </message>
</context>
<context>
    <name>corpuscope::ui::IndexingBar</name>
    <message>
        <source>Progress of reading</source>
        <translation>Fortschritt des Lesens</translation>
    </message>
    <message>
        <source>Stop reading; what was read stays, and the same folder goes on from there</source>
        <translation>Lesen beenden; was gelesen ist, bleibt, und derselbe Ordner geht von dort weiter</translation>
    </message>
    <message>
        <source>Stop reading</source>
        <translation>Lesen beenden</translation>
    </message>
    <message>
        <source>Go on reading</source>
        <translation>Weiterlesen</translation>
    </message>
    <message>
        <source>Pause reading</source>
        <translation>Lesen anhalten</translation>
    </message>
    <message>
        <source>paused</source>
        <translation>angehalten</translation>
    </message>
</context>
<context>
    <name>corpuscope::ui::LibraryDock</name>
    <message>
        <source>Library</source>
        <translation>Bibliothek</translation>
    </message>
    <message>
        <source>No documents</source>
        <translation>Keine Dokumente</translation>
    </message>
    <message>
        <source>Open a folder, or drop one on this window.</source>
        <translation>Öffnen Sie einen Ordner oder lassen Sie einen auf dieses Fenster fallen.</translation>
    </message>
    <message>
        <source>Open folder …</source>
        <translation>Ordner öffnen …</translation>
    </message>
    <message>
        <source>Filter documents</source>
        <translation>Dokumente filtern</translation>
    </message>
    <message>
        <source>Show only documents that could not be read</source>
        <translation>Nur Dokumente zeigen, die nicht gelesen werden konnten</translation>
    </message>
    <message>
        <source>Documents</source>
        <translation>Dokumente</translation>
    </message>
    <message>
        <source>Open in the reader</source>
        <translation>Im Leser öffnen</translation>
    </message>
    <message>
        <source>Open with the system&apos;s program</source>
        <translation>Mit dem Programm des Systems öffnen</translation>
    </message>
    <message>
        <source>Show in folder</source>
        <translation>Im Ordner zeigen</translation>
    </message>
    <message>
        <source>Copy path</source>
        <translation>Pfad kopieren</translation>
    </message>
    <message>
        <source>Summarize</source>
        <translation>Zusammenfassen</translation>
    </message>
    <message>
        <source>Look at attention</source>
        <translation>Aufmerksamkeit ansehen</translation>
    </message>
    <message>
        <source>Remove from the library</source>
        <translation>Aus der Bibliothek entfernen</translation>
    </message>
    <message>
        <source>The files stay where they are</source>
        <translation>Die Dateien bleiben, wo sie sind</translation>
    </message>
    <message>
        <source>Failed: %1</source>
        <translation>Fehlgeschlagen: %1</translation>
    </message>
    <message>
        <source>No document matches</source>
        <translation>Kein Dokument passt</translation>
    </message>
    <message>
        <source>Show all documents</source>
        <translation>Alle Dokumente zeigen</translation>
    </message>
    <message>
        <source>Remove %1 from the library?</source>
        <translation>%1 aus der Bibliothek entfernen?</translation>
    </message>
    <message>
        <source>The files stay where they are.</source>
        <translation>Die Dateien bleiben, wo sie sind.</translation>
    </message>
    <message>
        <source>%1 could not be opened</source>
        <translation>%1 konnte nicht geöffnet werden</translation>
    </message>
    <message>
        <source>&amp;Remove</source>
        <translation>&amp;Entfernen</translation>
    </message>
</context>
<context>
    <name>corpuscope::ui::MainToolBar</name>
    <message>
        <source>Tool bar</source>
        <translation>Werkzeugleiste</translation>
    </message>
    <message>
        <source>Ask the corpus …   (Ctrl+L)</source>
        <translation>Den Korpus befragen …   (Strg+L)</translation>
    </message>
    <message>
        <source>Question to the corpus</source>
        <translation>Frage an den Korpus</translation>
    </message>
    <message>
        <source>Window and program</source>
        <translation>Fenster und Programm</translation>
    </message>
    <message>
        <source>None yet</source>
        <translation>Noch keine</translation>
    </message>
    <message>
        <source>Open &amp;folder</source>
        <translation>&amp;Ordner öffnen</translation>
    </message>
    <message>
        <source>Open &amp;folder …</source>
        <translation>&amp;Ordner öffnen …</translation>
    </message>
    <message>
        <source>Open fi&amp;les …</source>
        <translation>&amp;Dateien öffnen …</translation>
    </message>
    <message>
        <source>Open or create li&amp;brary …</source>
        <translation>&amp;Bibliothek öffnen oder anlegen …</translation>
    </message>
    <message>
        <source>Re&amp;cent libraries</source>
        <translation>&amp;Zuletzt benutzte Bibliotheken</translation>
    </message>
    <message>
        <source>&amp;Read the corpus anew</source>
        <translation>Den Korpus &amp;neu lesen</translation>
    </message>
    <message>
        <source>&amp;Export vectors …</source>
        <translation>&amp;Vektoren exportieren …</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>&amp;Hilfe</translation>
    </message>
    <message>
        <source>&amp;About Corpuscope</source>
        <translation>Ü&amp;ber Corpuscope</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>B&amp;eenden</translation>
    </message>
</context>
<context>
    <name>corpuscope::ui::MainWindow</name>
    <message>
        <source>Corpuscope</source>
        <translation>Corpuscope</translation>
    </message>
    <message>
        <source>About Corpuscope</source>
        <translation>Über Corpuscope</translation>
    </message>
    <message>
        <source>Reading stopped</source>
        <translation>Das Lesen wurde abgebrochen</translation>
    </message>
    <message>
        <source>Open a folder of documents</source>
        <translation>Einen Ordner mit Dokumenten öffnen</translation>
    </message>
    <message>
        <source>Open documents</source>
        <translation>Dokumente öffnen</translation>
    </message>
    <message>
        <source>Open or create a library</source>
        <translation>Eine Bibliothek öffnen oder anlegen</translation>
    </message>
    <message>
        <source>Libraries (*.corpuscope);;All files (*)</source>
        <translation>Bibliotheken (*.corpuscope);;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Öffnen</translation>
    </message>
    <message>
        <source>Open read-only</source>
        <translation>Nur zum Lesen öffnen</translation>
    </message>
    <message>
        <source>Choose another …</source>
        <translation>Eine andere wählen …</translation>
    </message>
    <message>
        <source>The library could not be opened</source>
        <translation>Die Bibliothek konnte nicht geöffnet werden</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>Show them</source>
        <translation>Anzeigen</translation>
    </message>
    <message>
        <source>Read-only</source>
        <translation>Nur lesen</translation>
    </message>
    <message>
        <source>%1 – Corpuscope</source>
        <translation>%1 – Corpuscope</translation>
    </message>
    <message>
        <source>&lt;b&gt;Corpuscope %1&lt;/b&gt;&lt;p&gt;Reads a folder of documents as one sequence and answers questions about all of it, with citations. Everything runs on this computer.&lt;/p&gt;</source>
        <translation>&lt;b&gt;Corpuscope %1&lt;/b&gt;&lt;p&gt;Liest einen Ordner mit Dokumenten als eine einzige Folge und beantwortet Fragen zum Ganzen, mit Belegen. Alles läuft auf diesem Rechner.&lt;/p&gt;</translation>
    </message>
    <message>
        <source>&amp;Overview</source>
        <translation>&amp;Überblick</translation>
    </message>
    <message>
        <source>&amp;Ask</source>
        <translation>&amp;Fragen</translation>
    </message>
    <message>
        <source>&amp;Summary</source>
        <translation>&amp;Zusammenfassung</translation>
    </message>
    <message>
        <source>A&amp;ttention</source>
        <translation>&amp;Aufmerksamkeit</translation>
    </message>
    <message>
        <source>Reading was interrupted</source>
        <translation>Das Lesen wurde unterbrochen</translation>
    </message>
    <message>
        <source>1 document is still waiting.</source>
        <translation>1 Dokument wartet noch.</translation>
    </message>
    <message>
        <source>%1 are still waiting.</source>
        <translation>%1 warten noch.</translation>
    </message>
    <message>
        <source>Go on reading</source>
        <translation>Weiterlesen</translation>
    </message>
    <message>
        <source>… and %1 more</source>
        <translation>… und %1 weitere</translation>
    </message>
    <message>
        <source>model %1</source>
        <translation>Modell %1</translation>
    </message>
    <message>
        <source>Nothing to read was found there</source>
        <translation>Dort ist nichts zu lesen</translation>
    </message>
    <message>
        <source>Corpuscope reads text, Markdown, HTML, PDF, RTF, Word, Excel, PowerPoint, OpenDocument, EPUB and e-mail.</source>
        <translation>Corpuscope liest Text, Markdown, HTML, PDF, RTF, Word, Excel, PowerPoint, OpenDocument, EPUB und E-Mail.</translation>
    </message>
    <message>
        <source>Reading was stopped</source>
        <translation>Das Lesen wurde angehalten</translation>
    </message>
    <message>
        <source>The documents could not be removed</source>
        <translation>Die Dokumente konnten nicht entfernt werden</translation>
    </message>
    <message>
        <source>1 document waits to be removed</source>
        <translation>1 Dokument wartet darauf, entfernt zu werden</translation>
    </message>
    <message>
        <source>%1 wait to be removed</source>
        <translation>%1 warten darauf, entfernt zu werden</translation>
    </message>
    <message>
        <source>Reading is paused, and comes first. The removal follows once it is done or stopped.</source>
        <translation>Das Lesen ruht und kommt zuerst. Entfernt wird, sobald es fertig oder beendet ist.</translation>
    </message>
    <message>
        <source>Reading comes first. The removal follows once it is done or stopped.</source>
        <translation>Das Lesen kommt zuerst. Entfernt wird, sobald es fertig oder beendet ist.</translation>
    </message>
    <message>
        <source>Stop reading</source>
        <translation>Lesen beenden</translation>
    </message>
    <message>
        <source>Keep it</source>
        <translation>Behalten</translation>
    </message>
    <message>
        <source>Keep them</source>
        <translation>Behalten</translation>
    </message>
    <message>
        <source>Show it</source>
        <translation>Anzeigen</translation>
    </message>
    <message>
        <source>Not everything could be read</source>
        <translation>Nicht alles konnte gelesen werden</translation>
    </message>
    <message>
        <source>&amp;Library</source>
        <translation>&amp;Bibliothek</translation>
    </message>
    <message>
        <source>&amp;Reader</source>
        <translation>&amp;Leser</translation>
    </message>
</context>
<context>
    <name>corpuscope::ui::MatchStrip</name>
    <message>
        <source>Matches in the document</source>
        <translation>Treffer im Dokument</translation>
    </message>
    <message>
        <source>Where in the document the citation and words of the question are</source>
        <translation>Wo im Dokument der Beleg und Wörter der Frage stehen</translation>
    </message>
</context>
<context>
    <name>corpuscope::ui::OverviewPage</name>
    <message>
        <source>Library</source>
        <translation>Bibliothek</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>Computed by</source>
        <translation>Gerechnet mit</translation>
    </message>
    <message>
        <source>Add a folder …</source>
        <translation>Ordner hinzufügen …</translation>
    </message>
    <message>
        <source>Read the corpus anew</source>
        <translation>Den Korpus neu lesen</translation>
    </message>
    <message>
        <source>Export vectors …</source>
        <translation>Vektoren exportieren …</translation>
    </message>
    <message>
        <source>Documents by format</source>
        <translation>Dokumente nach Format</translation>
    </message>
    <message>
        <source>By format</source>
        <translation>Nach Format</translation>
    </message>
    <message>
        <source>Documents that could not be read</source>
        <translation>Dokumente, die nicht gelesen werden konnten</translation>
    </message>
    <message>
        <source>Could not be read</source>
        <translation>Nicht lesbar</translation>
    </message>
    <message>
        <source>Open a folder to begin</source>
        <translation>Öffnen Sie einen Ordner, um zu beginnen</translation>
    </message>
    <message>
        <source>Open folder …</source>
        <translation>Ordner öffnen …</translation>
    </message>
    <message>
        <source>document</source>
        <translation>Dokument</translation>
    </message>
    <message>
        <source>documents</source>
        <translation>Dokumente</translation>
    </message>
    <message>
        <source>, %1 failed</source>
        <translation>, %1 fehlgeschlagen</translation>
    </message>
    <message>
        <source>, %1 waiting</source>
        <translation>, %1 warten</translation>
    </message>
    <message>
        <source>passages</source>
        <translation>Stellen</translation>
    </message>
    <message>
        <source>tokens</source>
        <translation>Token</translation>
    </message>
    <message>
        <source>library file</source>
        <translation>Bibliotheksdatei</translation>
    </message>
    <message>
        <source>The library could not be opened</source>
        <translation>Die Bibliothek konnte nicht geöffnet werden</translation>
    </message>
    <message>
        <source>Choose another library …</source>
        <translation>Eine andere Bibliothek wählen …</translation>
    </message>
    <message>
        <source>Corpuscope reads all documents in it as one corpus: text, Markdown, HTML, PDF, RTF, Word, Excel, PowerPoint, OpenDocument, EPUB and e-mail. They stay where they are, and nothing leaves this computer. You can also drop a folder here.</source>
        <translation>Corpuscope liest alle Dokumente darin als einen Korpus: Text, Markdown, HTML, PDF, RTF, Word, Excel, PowerPoint, OpenDocument, EPUB und E-Mail. Sie bleiben, wo sie sind, und nichts verlässt diesen Rechner. Sie können auch einen Ordner hierher ziehen.</translation>
    </message>
    <message>
        <source>Overview</source>
        <translation>Überblick</translation>
    </message>
</context>
<context>
    <name>corpuscope::ui::PdfSource</name>
    <message>
        <source>the file is no longer there</source>
        <translation>die Datei ist nicht mehr da</translation>
    </message>
    <message>
        <source>the file is not a PDF any more</source>
        <translation>die Datei ist kein PDF mehr</translation>
    </message>
    <message>
        <source>the file needs a password</source>
        <translation>die Datei verlangt ein Kennwort</translation>
    </message>
    <message>
        <source>its protection is not supported</source>
        <translation>ihr Schutz wird nicht unterstützt</translation>
    </message>
    <message>
        <source>the file cannot be read</source>
        <translation>die Datei kann nicht gelesen werden</translation>
    </message>
</context>
<context>
    <name>corpuscope::ui::PdfView</name>
    <message>
        <source>Page of the document</source>
        <translation>Seite des Dokuments</translation>
    </message>
    <message>
        <source>the file has no pages</source>
        <translation>die Datei hat keine Seiten</translation>
    </message>
</context>
<context>
    <name>corpuscope::ui::QuoteCard</name>
    <message>
        <source>“%1”</source>
        <translation>„%1“</translation>
    </message>
    <message>
        <source>Copy with the citation</source>
        <translation>Mit dem Beleg kopieren</translation>
    </message>
    <message>
        <source>Copy with the citation (%1)</source>
        <translation>Mit dem Beleg kopieren (%1)</translation>
    </message>
    <message>
        <source>“%1” (%2)</source>
        <translation>„%1“ (%2)</translation>
    </message>
</context>
<context>
    <name>corpuscope::ui::ReaderDock</name>
    <message>
        <source>Reader</source>
        <translation>Leser</translation>
    </message>
</context>
<context>
    <name>corpuscope::ui::ReaderPane</name>
    <message>
        <source>No document is open</source>
        <translation>Kein Dokument ist geöffnet</translation>
    </message>
    <message>
        <source>A click on a citation opens its document here, with the words lit. Or choose one in the library.</source>
        <translation>Ein Klick auf einen Beleg öffnet hier sein Dokument mit den hervorgehobenen Worten. Oder wählen Sie eines in der Bibliothek.</translation>
    </message>
    <message>
        <source>Close this document</source>
        <translation>Dieses Dokument schließen</translation>
    </message>
    <message>
        <source>Show the text</source>
        <translation>Den Text zeigen</translation>
    </message>
    <message>
        <source>Show the pages</source>
        <translation>Die Seiten zeigen</translation>
    </message>
    <message>
        <source>Previous match</source>
        <translation>Voriger Treffer</translation>
    </message>
    <message>
        <source>Next match</source>
        <translation>Nächster Treffer</translation>
    </message>
    <message>
        <source>Smaller</source>
        <translation>Kleiner</translation>
    </message>
    <message>
        <source>Larger</source>
        <translation>Größer</translation>
    </message>
    <message>
        <source>Open with the system&apos;s program</source>
        <translation>Mit dem Programm des Systems öffnen</translation>
    </message>
    <message>
        <source>Opening %1 …</source>
        <translation>%1 wird geöffnet …</translation>
    </message>
    <message>
        <source>%1 cannot be shown: %2</source>
        <translation>%1 kann nicht gezeigt werden: %2</translation>
    </message>
    <message>
        <source>Pages cannot be shown: %1</source>
        <translation>Die Seiten können nicht gezeigt werden: %1</translation>
    </message>
    <message>
        <source>Previous page</source>
        <translation>Vorige Seite</translation>
    </message>
    <message>
        <source>Next page</source>
        <translation>Nächste Seite</translation>
    </message>
    <message>
        <source>Page %1 of %2</source>
        <translation>Seite %1 von %2</translation>
    </message>
    <message>
        <source>Part %1 of %2</source>
        <translation>Teil %1 von %2</translation>
    </message>
    <message>
        <source>%1 could not be opened</source>
        <translation>%1 konnte nicht geöffnet werden</translation>
    </message>
    <message>
        <source>%1 could not be read: %2</source>
        <translation>%1 konnte nicht gelesen werden: %2</translation>
    </message>
    <message>
        <source>%1 is still waiting to be read.</source>
        <translation>%1 wartet noch darauf, gelesen zu werden.</translation>
    </message>
</context>
<context>
    <name>corpuscope::ui::SummaryPage</name>
    <message>
        <source>Whole corpus</source>
        <translation>Ganzer Korpus</translation>
    </message>
    <message>
        <source>What to summarize</source>
        <translation>Was zusammengefasst wird</translation>
    </message>
    <message>
        <source>Length in sentences</source>
        <translation>Länge in Sätzen</translation>
    </message>
    <message>
        <source>%1 sentences</source>
        <translation>%1 Sätze</translation>
    </message>
    <message>
        <source>No summary yet</source>
        <translation>Noch keine Zusammenfassung</translation>
    </message>
    <message>
        <source>Nothing to summarize yet</source>
        <translation>Noch nichts zusammenzufassen</translation>
    </message>
    <message>
        <source>A summary is made of sentences of your documents: the most central one of each topic, in reading order, each with its place.</source>
        <translation>Eine Zusammenfassung besteht aus Sätzen Ihrer Dokumente: dem wichtigsten jedes Themas, in Lesereihenfolge, jeder mit seiner Stelle.</translation>
    </message>
    <message>
        <source>Once documents are read, this page says what they are about in their own words.</source>
        <translation>Sobald Dokumente gelesen sind, sagt diese Seite mit deren eigenen Worten, wovon sie handeln.</translation>
    </message>
    <message>
        <source>Summarize the whole corpus</source>
        <translation>Den ganzen Korpus zusammenfassen</translation>
    </message>
    <message>
        <source>Open folder …</source>
        <translation>Ordner öffnen …</translation>
    </message>
    <message>
        <source>Summarizing …</source>
        <translation>Zusammenfassung entsteht …</translation>
    </message>
    <message>
        <source>The summary could not be made</source>
        <translation>Die Zusammenfassung konnte nicht erstellt werden</translation>
    </message>
    <message>
        <source>Su&amp;mmarize</source>
        <translation>Z&amp;usammenfassen</translation>
    </message>
    <message>
        <source>&amp;Copy as Markdown</source>
        <translation>Als &amp;Markdown kopieren</translation>
    </message>
    <message>
        <source>%1 · %2 of the text</source>
        <extracomment>The words that a part of the text is about, and how much of the text is</extracomment>
        <translation>%1 · %2 des Textes</translation>
    </message>
    <message>
        <source>There is no sentence to quote there.</source>
        <translation>Dort gibt es keinen Satz, der sich zitieren ließe.</translation>
    </message>
    <message>
        <source>Summary</source>
        <translation>Zusammenfassung</translation>
    </message>
</context>
<context>
    <name>corpuscope::ui::SystemPrograms</name>
    <message>
        <source>%1 is no longer there.</source>
        <translation>%1 ist nicht mehr da.</translation>
    </message>
    <message>
        <source>The system has no program for it, or cannot start it: %1</source>
        <translation>Das System hat kein Programm dafür oder kann es nicht starten: %1</translation>
    </message>
</context>
<context>
    <name>corpuscope::ui::TextView</name>
    <message>
        <source>Text of the document</source>
        <translation>Text des Dokuments</translation>
    </message>
</context>
</TS>
