"""Lines that speak to the reader, lead to other articles or head what follows an article, by language: data.

All are matched against case-folded text. Another language is another row.
"""

import re
from typing import Final

from consumers.normalize.corrections import is_correction
from consumers.normalize.vocabulary import CHROME


def _any(*rows: str) -> str:
    return "|".join(rows)


# Headings and labels that open what stands behind an article: contacts, other articles, author, citation.
_ENDING = _any(
    # English
    r"more (?:on|from|stories|news|reading|about|in)\b|read (?:more|next|also)|related|recommended|see also|you (?:might|may) (?:also )?like|most (?:read|popular)|latest (?:news|stories|posts|articles|headlines|from|updates|videos)|"
    r"about (?:the )?authors?\b|(?:media |press )?contacts?\W*$|further (?:reading|information)|suggested citation|explore further|up next|don'?t miss|popular (?:posts|stories)|what to read next|"
    r"share this|join the (?:discussion|conversation)|(?:notes to|note to) (?:the )?editors?\b|(?:\d+ )?comments?\W*$|leave a (?:comment|reply)|our standards\b",
    # German
    r"mehr (?:zum thema|zu[rm]?|themen|dazu|artikel|lesen|aus|von|über)|mehr infos?|weitere (?:top-)?(?:artikel|beiträge|themen|infos?|informationen|meldungen|nachrichten|links|termine|news|berichte|geschichten|videos|bild\w*)\b|das (?:thema )?könnte (?:sie|dich|euch)|lesen sie (?:auch|hier|mehr)|meistgelesen|kontakt(?:e|daten)?\W*$|pressekontakt|"
    r"ansprechpartner|zum weiterlesen|zusatzinformation|zum thema|schon gelesen|auch auf |über (?:den |die )?autor|zur person\b|kommentare|passend dazu|(?:verwandte|ähnliche|aktuelle|neueste) (?:artikel|beiträge|themen|meldungen|nachrichten|news|kommentare|stellen\w*)",
    # French
    r"à lire aussi|lire aussi|sur le même|commentaires|pour aller plus loin|à propos de l['’]auteur|contacts? presse|voir aussi|articles? (?:liés|similaires)|les plus lus",
    # Spanish, Portuguese
    r"te puede|lee también|también te|notas? relacionad|noticias? relacionad|más (?:noticias|información|sobre|leíd)|temas\W*$|temas relacion|comentarios\W*$|sobre (?:el|la|o|a) autora?\b|contacto\b|lo más|"
    r"leia (?:também|mais)|veja também|mais (?:notícias|lidas|sobre)|notícias relacionadas|comentários",
    # Italian
    r"leggi anche|potrebbe interessarti|ti potrebbe|articoli correlati|commenti|contatti|approfondimenti|più letti",
    # Dutch, Scandinavian, Finnish
    r"lees (?:ook|meer|verder)|reacties|meer (?:over|nieuws|lezen)|gerelateerd|over de auteur|läs (?:också|mer)|mer om|relaterat|kommentarer|les også|relatert|læs også|relateret|lue myös|lisää aiheesta",
    # Slavic languages, Turkish, Indonesian
    r"czytaj (?:też|także|więcej)|zobacz (?:też|także|również)|więcej (?:informacji|na temat|o )|komentarze|polecane|powiązane|čtěte (?:také|též)|související|komentáře|читайте также|читайте ещё|по теме|"
    r"комментарии|вам может|читайте також|ilgili haber|yorumlar|baca juga|berita terkait",
)
ENDING: Final = re.compile(rf"\W*(?:{_ENDING})")

# A line that leads to another article or a film: these words, a mark, then that article's headline.
_LEADS_TO = _any(
    r"read(?: also| more| next)?|also read|see also|related(?: story| article| stories| coverage)?|more|watch(?: now| live| also)?|listen|video|explainer|live updates?|what to know|in (?:pictures|photos)|must read|don'?t miss",
    r"(?:bitte )?lesen sie(?: auch| hier| mehr| dazu| dazu auch| jetzt| weiter)?|lies(?: auch)?|lest(?: auch)?|mehr (?:dazu|zum thema|infos?|lesen)(?: lesen sie (?:hier|auch))?|siehe(?: auch| dazu)?|lesetipps?|auch interessant|im video|passend dazu|zum thema|hintergrund",
    r"(?:à )?lire(?: aussi| également| la suite)?|voir(?: aussi)?|en (?:vidéo|images)|(?:à )?regarder|à (?:voir|écouter)",
    r"(?:lea|lee|leer|ver|vea|mira|mire)(?: también| más| además)?|puedes (?:ver|leer)|te puede interesar|le puede interesar|más información|además|relacionad[oa]s?|en video",
    r"(?:leia|veja|ouça|assista)(?: também| mais)?|saiba mais|confira",
    r"leggi(?: anche| pure| qui)?|guarda(?: anche| il video)?|vedi anche",
    r"lees(?: ook| meer| verder)?|bekijk(?: ook)?|zie ook|läs(?: också| även| mer)|se(?: också| även)|les(?: også| mer)|læs(?: også| mere)|se også|lue myös|katso(?: myös)?",
    r"(?:prze)?czytaj(?: też| także| więcej| również)?|zobacz(?: też| także| również| więcej)?|więcej|dowiedz się więcej|(?:pře)?čtěte(?: si)?(?: také| též| i)?|viz také|čítajte aj|prečítajte si|pročitajte(?: i)?|olvass[ae]?(?: el)?(?: még)?|"
    r"citește(?: și)?|vezi(?: și)?|διαβάστε(?: επίσης)?|читайте(?: также| ещё| еще| також)?|смотрите(?: также)?|ayrıca(?: oku)?|ilgili haber|baca juga|đọc thêm|xem thêm",
)
LEADS_TO: Final = re.compile(rf"[^\w(\"“„«]*(?:{_LEADS_TO})\s*[:：|»>→►]+\s*\S")

# Two signs of a line that asks something of the reader: how it speaks, and of what.
_ASKING = _any(
    r"follow|subscribe|sign up|sign-?up|join|download|get (?:the|our|your|all|more|breaking|news|updates)|click|tap|listen|watch|support|donate|register|log ?in|send (?:us|your)|e-?mail us|write to|contact us|"
    r"let us know|tell us|share|like us|if you (?:enjoyed|liked|like|have|want|would|value|’re|'re)|do you (?:want|have|know|like)|want (?:to|more)|would you|have you|are you|for (?:more|the latest|full|all)|to (?:view|read|get|receive|continue|support|submit)|"
    r"receive|stay (?:up|informed|tuned)|keep up|never miss|don['’]t miss|check out|visit|submit|explore|discover|become|enjoy|this (?:article|story) (?:is|was) (?:free|supported|made possible|for subscribers)|we (?:want to hear|rely|need your)|give (?:a gift|us)|find us|read more (?:on|in|at)",
    r"folgs?[et]?n?t?|les(?:t|en sie) (?:den|das|die|hier|mehr|auch)|abonnier\w*|melde[nt]?|jetzt (?:(?:hier|die|den|das|auch|unsere\w*) )?(?:\w*newsletter|\w*app|\w*podcast|mit|fan|abonn\w+|anmeld\w+|test\w+|spende\w*|lesen|kostenlos\w*|gratis|bestell\w+|herunterlad\w+|mitglied|registrier\w+)|hier (?:geht|können|finden|klicken|kannst|gibt)|lade[nt]?|unterstütze\w*|hol(?:en|t|e)?|klicke?n?|registrier\w*|mehr (?:lesen|erfahren|tipps|infos)|erhalten|gefällt|lust|"
    r"werden? sie|werde|sie (?:wollen|möchten|haben|lesen)|du (?:willst|möchtest|hast)|ihr (?:wollt|sucht)|kennt? (?:ihr|sie|du)|wollen sie|möchten sie|möchtest|willst|haben sie|hast du|habt ihr|schreiben sie|diskutieren|verpassen|bleib\w*|"
    r"mit (?:ihrem|deinem|unserem|unserer)|als abonnent|teste[nt]?|sichern|nutzen sie|entdecken|dieser (?:artikel|text|beitrag) (?:ist|stammt|erscheint)|verraten sie|was (?:meinen|denken) sie|was (?:meint|denkt)|gleich reinschauen|auf (?:unserem|unserer)",
    r"abonnez|suivez|inscrivez|téléchargez|rejoignez|recevez|découvrez|cliquez|retrouvez|soutenez|pour (?:lire|accéder|recevoir|ne rien)|vous (?:souhaitez|voulez|aimez|avez)|envie|partagez|écrivez|créez|profitez|s['’]abonner|déjà abonné|la suite",
    r"sigue|siga|síguenos|síganos|suscríb\w+|suscrib\w+|únete|únase|descarga|hazte|mira|recibe|reciba|escríbenos|puede escribirnos|regístr\w+|quieres|quiere|si (?:quieres|te gust|ya eres)|tú también|ya sabías|haz click|haz clic|apoya|apóyanos|entérate|lee (?:la|más)|conoce|participa|comparte",
    r"assine|inscreva|baixe|receba|participe|clique|cadastre|entre (?:no|para)|acompanhe|quer|faça|apoie|compartilhe|segu[ei]|siga|sigam|seguici|seguiteci|iscrivetevi|iscriviti|abbonati|scarica|unisciti|ricevi|clicca|vuoi|sostieni|scopri|registrati|condividi",
    r"volg|meld|abonneer|schrijf|wil je|steun|word (?:lid|abonnee)|klik|ontvang|följ|prenumerera|ladda|anmäl|gilla|få |stöd|følg|abonner|meld deg|last ned|klikk|støtt|seuraa|tilaa|lataa|liity|osallistu",
    r"subskryb\w+|zapisz|obserwuj|dołącz|pobierz|wesprzyj|zapraszamy|kliknij|chcesz|czytasz|polub|śledź|zostań|sledujte|odebírejte|přihlaste|stáhněte|chcete|подпи\w+|присоединяйтесь|следите|скачайте|поддержите|підпи\w+|приєднуйтесь|takip|abone|katıl\w*|indir\w*|ikuti|unduh|dapatkan|bergabung",
)
_OFFERED = _any(
    r"news ?letters?|newsletter\w*|whats ?app|telegram|facebook|twitter|instagram|you ?tube|tik ?tok|linked ?in|threads|bluesky|mastodon|podcasts?|push|google news|\bapps?\b|ios|android|app store|e-?paper|e-?edition|inbox|alerts?|notifications?",
    r"subscri\w+|member(?:ship)?s?|full (?:story|article)|immediate access|your support|our work|donat\w+|our (?:journalism|reporting|coverage|reporters|newsroom)|this article|this post|letter to the editor|letters@|via this form|comments?(?: section)?|for free|free trial|@\w+\.\w+|community|here|webinar|e-?books?",
    r"abo\b|abos\b|abonn\w+|mitglied\w*|posteingang|spende\w*|kommentar\w*|unsere[rnms]?|exklusiv\w*|kostenlos\w*|gratis|jobbörse|leserbrief\w*|am kiosk|im (?:handel|abo)|magazins?|seminar|online-?shop|shop|ausgabe|hier",
    r"abonn\w+|boîte mail|notre|nos|compte|gratuit\w*|en illimité|suscri\w+|newsletter|canal|boletín|nuestr\w+|correo|gratis|miembro\w*|beneficios|suscripción|periodismo|nossa|nosso|canal|grátis|assinante\w*|iscri\w+|abbon\w+|nostr[oaie]|gratuit\w+",
    r"nieuwsbrief|abonnee\w*|gratis|nyhetsbrev\w*|prenumer\w+|gratis|nyhedsbrev\w*|uutiskirje\w*|subskryp\w+|prenumer\w+|darowizn\w*|kanał\w*|biuletyn\w*|portal\w*|odběr\w*|zdarma|kanál\w*|канал\w*|рассылк\w*|розсилк\w*|kanal\w*|bülten\w*|saluran|grup",
)
_OPENING = 110
ASKS: Final = re.compile(
    rf"(?:[^.!?]{{0,{_OPENING}}}[!?.…–:]\s+|\W*)(?:(?:please|bitte|just|also|and|oder|und|por favor|jetzt|nun) )*(?:{_ASKING})\b"
)
OFFERS: Final = re.compile(rf"\b(?:{_OFFERED})\b|\bwww\.|https?://")

# What an outlet offers everywhere, and how it speaks of itself: a short line with both that asks is a prompt without a link, too.
_NETWORKS = r"facebook|twitter|x|instagram|you ?tube|tik ?tok|linked ?in|whats ?app|telegram|threads|bluesky|mastodon|google news|pinterest|snapchat|flipboard|vk|viber"
CHANNELS: Final = re.compile(
    rf"\b(?:{_NETWORKS}|\w*news ?letters?|\w*podcasts?|\w*apps?|push|app store|e-?paper|boletín|infolettre|nieuwsbrief|nyhetsbrev\w*|nyhedsbrev\w*|uutiskirje\w*|biuletyn\w*|рассылк\w*|розсилк\w*|bülten\w*|inbox|posteingang)\b"
)
OURS: Final = re.compile(
    r"\b(?:us|our|ours|uns|unser\w*|nous|notre|nos|síguenos|síganos|escúchanos|nuestr\w+|seguici|seguiteci|nostr[oaie]|noss[oa]s?|ons|onze|oss|vår\w*|vores|meitä|nas|nasz\w*|nás|náš|naš\w*|нас|наш\w*|bizi|kami)\b"
)
FOLLOW: Final = re.compile(
    r"\W*(?:please |and )?(?:follow|like|find|join|watch|folgen sie|folge|folgt|suivez|retrouvez|sigue|siga|sigan|segui|seguite|volg|följ|følg|seuraa|obserwuj|śledź|sledujte|следите)\b.{2,70}\b"
    rf"(?:on|at|via|auf|bei|sur|en|su|op|på|na|в|no|через|somessa)\s+(?:{_NETWORKS})(?:(?:\s*[,/&]\s*|\s+(?:and|or|und|et|y|e|en|och|og|i|a|и|oder|ou)\s+)+(?:on |auf |sur |en )?(?:{_NETWORKS}))*\W*"
)
# A line that says whose the text is, at its end.
RIGHTS: Final = re.compile(
    r"\W*(?:©|\(c\)|copyright\b).{0,60}(?:\b(?:19|20)\d\d\b|reserv|vorbehalten|droits|derechos|diritti|direitos|rechten).{0,300}|"
    r"\W*(?:.{0,60}\b(?:19|20)\d\d\W+)?(?:all rights reserved|alle rechte vorbehalten|tous droits réservés|(?:todos los )?derechos reservados|tutti i diritti riservati|riproduzione riservata|todos os direitos reservados|"
    r"alle rechten voorbehouden|med ensamrätt|alla rättigheter förbehålls|alle rettigheter (?:reservert|forbeholdt)|wszelkie prawa zastrzeżone|všechna práva vyhrazena|все права защищены|всі права захищені|tüm hakları saklıdır|版权所有|版權所有|無断転載(?:を)?禁(?:じます|止)?|무단\s?전재.{0,20}금지)\W*.{0,200}",
    re.DOTALL,
)

# Labels of pictures and diagrams that stand in a paragraph of their own.
_LABEL = r"abb(?:ildung|\.)?|beitragsbild|titelbild|symbolbild|grafik|schaubild|figure|fig\.?|photo|foto|bild|image|imagen|imagem|immagine|afbeelding|kuva|rys(?:unek|\.)|zdjęcie|illustration|vergrößern"
LABELLED: Final = re.compile(
    rf"\W*(?:{_LABEL})\s*\d*\s*[:.]\s*\S|\W*(?:abb(?:ildung|\.)|fig(?:ure|\.))\s*\d+|vergrößern\s"
)
# A text that ends in the credit of a picture.
CREDITED: Final = re.compile(
    r"(?:©|\(c\))\s*[^.!?]{2,80}$|[|/(–-]\s*(?:(?:foto|photo|bild|image|picture|symbolbild|archivbild|symbolfoto|archivfoto|crédit|credit|quelle|source)\w*\s*[:/]|domena publiczna)[^.!?]{0,80}\)?$|"
    r"\d{1,2}:\d\d\s*(?:min|minuten|minutes|minutos)\b\.?$|(?:[.)]|^)\s*(?:foto|photo|bild|image|symbolbild|archivbild)\s*:[^.!?]{2,60}$|(?:getty images?|istock(?:photo)?(?:\.com)?|shutterstock(?:\.com)?|picture alliance|unsplash|pixabay|adobe ?stock|alamy(?: stock photo)?|imago(?: images)?)\W*$"
)
# What signs a text: initials, agencies and the like, apart by slashes, nothing else.
SIGNATURE: Final = re.compile(
    r"[(\[/]*\s*[A-Za-zÀ-ž]{2,5}(?:\s*[/,|]\s*[A-Za-zÀ-ž]{2,12})+\s*[)\]/]*|[(\[]?[A-Z]{2,5}[)\]]?|\([a-zà-ž]{2,4}\)"
)
# Headings of the article's own notes, and how such a note begins.
SOURCES: Final = re.compile(
    r"\b(?:quellen\w*|literatur\w*|sources?|references|bibliograph\w+|notes?|footnotes?|fußnoten|anmerkungen|fuentes|referencias|bibliograf\w+|fontes|fonti|note|bronnen|źródła|przypisy|примечания|источники)\b"
)
NOTE: Final = re.compile(r"(?:\[\w{1,3}\]|\(\d{1,3}\)|\d{1,3}[.)]|[*†‡¹²³])\s*\S")


def is_chrome(text: str) -> bool:
    """Whether a line belongs to the page around an article, whole; a note on what was corrected does not."""
    return bool(CHROME.fullmatch(text.casefold().strip(" .:…>»→!|()[]"))) and not is_correction(text)


def is_idle(text: str) -> bool:
    """Whether such a line does not even say where the article ends."""
    return is_chrome(text) and ENDING.match(text.casefold()) is None
