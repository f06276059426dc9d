"""Closed lists of English words that the rules of names and quotes lean on. No names in here."""

from typing import Final


def words(text: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(text.split())


# abbreviations that take a full stop without ending a sentence
ABBREVIATIONS: Final = words("""
    Mr Mrs Ms Mx Dr Prof Sen Sens Rep Reps Gov Govs Lt Gen Col Maj Capt Sgt Cpl Adm Cmdr Brig Rev Hon St Jr Sr Pres
    Supt Insp Det Atty Asst Dist Ofc Pvt Fr Msgr Messrs Inc Corp Co Ltd Bros No vs Ave Blvd Mt Ft
    Jan Feb Aug Sept Oct Nov Dec Ala Ariz Ark Calif Colo Conn Del Fla Ga Ill Ind Kan Ky La Md Mich Minn Miss Mo Mont
    Neb Nev Okla Ore Pa Tenn Tex Va Vt Wash Wis Wyo
""")
STATE_ABBREVIATIONS: Final = words("""
    Ala. Ariz. Ark. Calif. Colo. Conn. Del. Fla. Ga. Ill. Ind. Kan. Ky. La. Md. Mass. Mich. Minn. Miss. Mo. Mont. Neb.
    Nev. N.C. N.D. N.H. N.J. N.M. N.Y. Okla. Ore. Pa. R.I. S.C. S.D. Tenn. Tex. Va. Vt. W.Va. Wash. Wis. Wyo.
""")

# forms of address and ranks: always before a person's name, never part of it
POSTNOMINALS: Final = words("MBE OBE CBE KC QC MP MD PhD DBE KBE MSP MEP")
HONORIFICS: Final = words("""
    Mr Mr. Mrs Mrs. Ms Ms. Mx Mx. Miss Dr Dr. Prof Prof. Professor Sir Dame Lord Lady Baroness Baron Sheikh Sheik Imam
    Ayatollah Rabbi Rev Rev. Reverend Father Sister Brother Saint Pope Cardinal Archbishop Bishop Pastor King Queen
    Prince Princess Duke Duchess Earl Count Countess Emperor Empress Sultan Emir Sen Sen. Sens. Senator Senators Rep
    Rep. Reps. Representative Congressman Congresswoman Gov Gov. Governor Governors Mayor President Presidents Chancellor
    Premier Judge Justice Gen Gen. General Lt Lt. Lieutenant Col Col. Colonel Maj Maj. Major Capt Capt. Captain Sgt Sgt.
    Sergeant Cpl Cpl. Corporal Pvt. Private Adm Adm. Admiral Cmdr Cmdr. Commander Brig Brig. Brigadier Commodore Marshal
    Officer Detective Inspector Constable Superintendent Sheriff Det. Det Supt. Supt Insp. Insp Pres. Ambassador Madam
    Madame Monsieur Datuk Seri Tan Sri Dato Haji Shri Smt Cllr Cllr. Baron Viscount PM MP CEO Vice Rear Deputy Chairman Chairwoman Hon. Councillor Councilman Councilwoman Alderman Comrade Justices Drs Messrs. Messrs
""")
# heads of roles: "Foreign Minister Sergey", "the company's chief executive", "analyst"
ROLE_HEADS: Final = words("""
    speaker minister ministers secretary secretaries president presidents premier chancellor leader leaders chief chiefs director
    directors chairman chairwoman chair chairperson chairs ceo cfo coo cto executive executives boss owner founder
    co-founder cofounder head heads manager managers editor editors reporter reporters correspondent correspondents
    journalist journalists columnist commentator presenter anchor host producer author authors writer novelist poet
    historian critic critics analyst analysts economist economists strategist expert experts specialist professor
    professors lecturer researcher researchers scientist scientists scholar academic student students teacher teachers
    principal headteacher doctor doctors physician surgeon nurse nurses psychologist therapist dietitian lawyer lawyers
    attorney attorneys solicitor barrister prosecutor prosecutors judge judges justice magistrate coroner spokesman
    spokesmen spokeswoman spokesperson spokespersons spokespeople representative representatives lawmaker lawmakers
    senator senators congressman congresswoman legislator legislators deputy deputies councillor councillors mayor
    mayors governor governors ambassador envoy diplomat diplomats official officials officer officers commander general
    admiral colonel captain lieutenant sergeant soldier soldiers veteran airman pilot detective inspector constable
    superintendent sheriff policeman policewoman police investigator investigators inspectors commissioner commissioners
    adviser advisers advisor advisors aide aides consultant consultants planner lobbyist activist activists campaigner
    campaigners advocate advocates organizer organizers organiser organisers protester protesters demonstrator resident
    residents neighbour neighbor neighbours neighbors witness witnesses victim victims survivor survivors passenger
    farmer farmers worker workers employee employees trader traders investor investors banker entrepreneur businessman
    businesswoman billionaire developer engineer engineers architect designer artist artists painter photographer actor
    actress actors comedian singer rapper musician composer conductor director filmmaker star stars model celebrity
    influencer blogger youtuber player players footballer striker midfielder defender goalkeeper winger coach coaches
    manager trainer referee champion athlete swimmer runner driver rider boxer golfer cyclist quarterback pitcher
    candidate candidates contender nominee rival counterpart predecessor successor incumbent chef pastor priest bishop
    pope rabbi imam monk king queen prince princess duke duchess heir monarch emperor father mother dad mum mom parent
    parents son daughter brother sister husband wife widow partner girlfriend boyfriend fiance fiancee uncle aunt cousin
    nephew niece grandfather grandmother friend friends colleague colleagues fan fans member members volunteer volunteers
    politician politicians statesman dictator rebel rebels militant militants militiaman suspect gunman attacker
    defendant plaintiff accused man woman men women boy girl teenager teen pensioner owner landlord tenant customer
    customers shopper visitor tourist guide curator librarian archivist fellow partner negotiator mediator observer
    observers regulator regulators auditor treasurer trustee patron ceo's pal ex-wife ex-husband insider source sources
    whistleblower user poster videographer photographer cameraman republican democrat conservative liberal
""")
# collective speakers that are no person: "the letter", "the statement", "the study"
DOCUMENTS: Final = words("""
    letter statement study report reports survey poll document documents complaint lawsuit indictment filing memo
    paper article post posts tweet message email note book review announcement notice ruling judgment verdict order
    agreement treaty bill law resolution website site page sign banner poster slogan caption headline bulletin
""")

# last or head words of organizations' names
ORGANIZATION_HEADS: Final = words("""
    Inc Inc. Corp Corp. Co Co. Ltd Ltd. LLC LLP PLC plc GmbH AG SA SE NV Group Holdings Company Companies Corporation
    Industries Enterprises Partners Ventures Capital Technologies Technology Systems Solutions Services Motors Airlines
    Airways Pharmaceuticals Bank Banks Insurance Foundation Fund Trust Institute Institution Institutes Association
    Associations Society Union Federation Confederation League Alliance Coalition Council Committee Subcommittee
    Commission Board Authority Agency Bureau Department Ministry Office Administration Service Directorate Secretariat
    Parliament Congress Senate Assembly Legislature Cabinet Government Court Tribunal Party Caucus Movement Front
    Brigade Army Navy Force Forces Guard Corps Marines Police Constabulary University College School Academy Faculty
    Hospital Clinic Church Diocese Mosque Club FC United Athletic Rovers Wanderers Network Networks News Times Post
    Herald Tribune Gazette Guardian Telegraph Journal Chronicle Mail Press Broadcasting Corporation Television Radio
    Media Studios Pictures Records Orchestra Museum Gallery Library Theatre Theater Observatory Centre Center Initiative
    Programme Program Project Organization Organisation Nations Chamber Exchange Consortium Cooperative Taskforce Watch
    Defenders Campaign Kitchens Gardeners Hotels Airlines Railways Railway Energy Petroleum Oil Gas Financial Analytics
    Labs Laboratories Laboratory Research Sports Caliphate Militia Vocational
    Brotherhood Community Magazine Review Today Weekly Daily Digital Justice
""")
# of those, the ones that take a complement: "Ministry of Health", "Committee on Foreign Relations"
COMPLEMENT_HEADS: Final = words("""
    Institute Institution Association Society Union Federation Confederation League Alliance Coalition Council Committee
    Subcommittee Commission Board Authority Agency Bureau Department Ministry Office Secretariat Court Tribunal Party
    Movement Front University College School Academy Faculty Church Diocese Museum Library Centre Center Organization
    Organisation Chamber Bank House Campaign Fund Foundation Trust Assembly Group Service Exchange
    Command Campaign Bishops Trades Congress
""")
# a common noun before a name that tells its type: "newspaper X", "think-tank X"
ORGANIZATION_CUES: Final = words("""
    newspaper newspapers daily tabloid broadsheet broadcaster magazine outlet website site platform app channel network
    company firm startup start-up retailer supermarket manufacturer automaker carmaker airline bank lender insurer
    operator provider supplier brand chain label studio publisher think-tank thinktank charity nonprofit non-profit ngo
    organization organisation group agency watchdog regulator union party militia club team band newswire consultancy
    conglomerate giant subsidiary contractor partner paper rival movement faction
""")
ORGANIZATION_FOLLOWERS: Final = words("""
    spokesman spokeswoman spokesperson spokespeople executive executives employee employees shares stock headquarters
    lawmakers lawmaker channel account app website users user profile subreddit midfielder striker defender goalkeeper
    winger captain coach boss fans board-member CEO analyst subsidiary chairman
""")

PLACE_HEADS: Final = words("""
    Island Islands Isle Isles Sea Ocean Gulf Bay Strait Straits Channel River Lake Lakes Falls Creek Canyon Valley
    Mountain Mountains Mount Hill Hills Peak Ridge Desert Forest Woods Peninsula Cape Coast Beach Shore Harbour Harbor
    Port Park Gardens Square Street Road Avenue Boulevard Lane Highway Bridge Airport Station Stadium Arena Tower Palace
    Castle Cottage Plaza Mall Cathedral Abbey Embassy Consulate Prison Jail County Province Region District State
    Territory Republic Kingdom Emirates City Town Village Heights Meadows Strip Springs Pass Plateau Archipelago Basin
    Delta Glacier Reef Oasis Barracks Crossing Quarter Neighbourhood Neighborhood Borough Parish Canal Pier Dam Mine
    pipeline Memorial Monument Cemetery Capitol Statehouse Hospital
""")
PLACE_CUES: Final = words("""
    city town village hamlet suburb neighbourhood neighborhood district province region state county island borough
    capital port municipality republic territory peninsula settlement community residents inhabitants people citizens
    streets outskirts suburbs mayor north south east west coast
""")
PLACE_FOLLOWERS: Final = words("""
    region province district county island islands city state peninsula area suburb municipality resident residents
    coast border neighbourhood neighborhood airport river valley
""")

# with a complement these are places: "Republic of X", "Gulf of Y"
TERRITORIES: Final = words("""
    Republic Kingdom Federation Commonwealth District Territory State Emirate Duchy Isle Gulf Bay Strait Sea Cape Port
    Province County City Islands
""")

EVENT_HEADS: Final = words("""
    Cup Olympics Games Championship Championships Open Prix Marathon Tournament Festival Summit Conference Convention
    War Wars Battle Revolution Uprising Referendum Election Elections Awards Award Derby Series Bowl Week Day Expo
    Holocaust Pandemic Crisis Massacre Jubilee Coronation
""")

# words that look like names at the start of a sentence or in titles, and are none
NOT_NAMES: Final = words("""
    The A An This That These Those It He She They We You I His Her Their Our Its My Your Who What When Where Why How
    Which And But Or If In On At By For From To With As Of Not No Yes So Then There Here After Before During While
    Although Though However Meanwhile Moreover Also Still Yet Now Today Yesterday Tomorrow Monday Tuesday Wednesday
    Thursday Friday Saturday Sunday January February March April May June July August September October November
    December Mr Mrs Ms Dr Some Many Most Several Both Each Every All Any Few Other Another One Two Three Four Five Six
    Seven Eight Nine Ten Last Next First Second Third Finally Earlier Later Since Until Because Despite Under Over About
    According Asked Speaking Following Among Between Instead Perhaps Maybe Even Just Only Once Like Unlike Whether
    Jan. Feb. Mar. Apr. Jun. Jul. Aug. Sept. Sep. Oct. Nov. Dec.
    Internet God Christmas Easter Bible Covid COVID-19 Read More Update Exclusive Opinion Analysis Live Watch Video Photo
    Anyone Everyone Someone Nobody Everybody Somebody Nothing Everything Something Anything There's It's That's He's She's
    What's Let's I'm I've I'd We're We've You're They're Don't Doesn't Didn't Can't Won't Isn't Aren't
    Image Credit Getty Spring Summer Autumn Winter Is Are Was Were Do Does Did Can Could Will Would Should Have Has Had
""")

SPEECH_VERBS: Final = words("""
    said says say saying told tells tell telling added adds add adding asked asks ask asking replied replies
    replying answered answers responded responds responding explained explains explain explaining wrote writes
    write writing written tweeted tweets posted posts posting stated states stating noted notes noting
    continued continues argued argues argue arguing claimed claims claim claiming insisted insists insist insisting
    warned warns warn announced announces announcing declared declares declaring commented comments
    commenting remarked remarks observed observes recalled recalls recalling recounted recounts admitted admits
    admitting acknowledged acknowledges conceded concedes confessed confessing revealed reveals revealing disclosed
    confirmed confirms confirming denied denies denying suggested suggests suggesting concluded concludes reported
    reports reporting predicted predicts promised promises vowed vows vowing pledged pledges urged urges
    urging pleaded pleads begged begs demanded demands demanding ordered shouted shouts shouting yelled yells screamed
    screams cried cries whispered whispers joked jokes joking quipped quips laughed sighed smiled complained complains
    complaining lamented laments boasted boasts bragged agreed agrees agreeing emphasized emphasizes emphasised
    emphasises stressed stresses stressing underlined underscored reiterated reiterates reiterating repeated repeats
    testified testifies testifying advised advises recommended recommends offered offers countered counters
    retorted retorts snapped thundered exclaimed exclaims exclaiming mused muses reflected reflects reasoned
    speculated speculates cautioned cautions cautioning alleged alleges alleging asserted asserts asserting maintained
    maintains contended contends contending affirmed affirms proclaimed proclaims chanted chants chanting reads
    reading quoted quoting described describes describing called calls calling dubbed labelled labeled branded
    characterized characterised criticized criticised criticizes criticises denounced denounces denounce condemned
    condemns condemn praised praises hailed welcomed accused accuses accusing blamed blames compared compares dismissed
    dismisses rejected defended defends lauded slammed blasted mocked expressed expresses expressing voiced outlined
    summed recited sang teased hinted hints believes believed believe thinks thought think feels felt hopes hoped
    promises reckons reckoned requested requests requesting expounding likened identified identifies characterises
    texted emailed phoned messaged replied blogged captioned signed penned tells gushed enthused opined intoned ventured
    volunteered pointed points queried questioned questions wondered wonders shared shares sharing mentioned
    swore swears advise recommend
""")
# laws and papers: names, but of none of our types
LAW_HEADS: Final = words("""
    Agreement Agreements Treaty Law Laws Act Acts Constitution Accord Accords Amendment Bill Code Protocol Charter Deal
    Rules Doctrine Article Section Pact Directive Regulation Declaration Resolution
""")
COMMON_ACRONYMS: Final = words("""
    TV ICU DNA CEO CFO COO LGBTQ LGBT LGBTQIA HIV AIDS COVID GDP AI IT PR HR DIY TLC VAR MP MPs PM FAQ GPS SUV UTC GMT
    EST EDT BST CET AM AD BC ID PIN ATM USB IQ VIP DJ CV MBA PhD IPO ETF ESG NGO NGOs UFO RV IVF PTSD ADHD STEM HELP OK
    PPE CCTV SMS URL PDF DVD CD EV EVs LED LNG CO2 VAT K-12 PC IPOs CEOs SUVs ETFs STD GPA SAT BMI OCD MRI CT UV PG
""")
DEMONYMS: Final = words("""
    Afghan Afghans African Africans Albanian Algerian American Americans Angolan Arab Arabs Arabic Argentine Argentinian
    Armenian Asian Asians Australian Australians Austrian Azerbaijani Bahraini Bangladeshi Basque Bavarian Belarusian
    Belgian Bolivian Bosnian Brazilian Brazilians Brit British Briton Britons Brits Bulgarian Burmese Cambodian
    Cameroonian Canadian Canadians Caribbean Catalan Chechen Chilean Chinese Christian Christians Colombian Congolese
    Cossack Croatian Cuban Cypriot Czech Dane Danes Danish Dominican Dutch Ecuadorian Edwardian Egyptian Emirati English
    Englishman Eritrean Estonian Ethiopian European Europeans Filipino Filipinos Finn Finnish Finns French Frenchman
    Georgian German Germans Ghanaian Greek Greeks Guatemalan Haitian Hindu Hindus Hispanic Honduran Hungarian Icelandic
    Indian Indians Indigenous Indonesian Iranian Iranians Iraqi Iraqis Irish Irishman Islamic Islamist Islamists Israeli
    Israelis Italian Italians Jamaican Japanese Jew Jewish Jews Jordanian Kazakh Kenyan Korean Koreans Kosovan Kurd
    Kurdish Kurds Kuwaiti Kyrgyz Lao Latin Latino Latinos Latvian Lebanese Liberian Libyan Lithuanian Macedonian
    Malaysian Malian Maltese Maori Mexican Mexicans Moldovan Mongolian Moroccan Mozambican Muslim Muslims Namibian Native
    Nepalese Nepali Nicaraguan Nigerian Nigerians Nordic Norwegian Norwegians Omani Pakistani Pakistanis Palestinian
    Palestinians Panamanian Paraguayan Persian Peruvian Philippine Pole Poles Polish Portuguese Protestant Qatari
    Roma Roman Romanian Russian Russians Rwandan Saudi Saudis Scandinavian Scot Scots Scottish Scotsman Senegalese
    Serb Serbian Serbs Shia Shiite Sikh Sikhs Singaporean Slovak Slovenian Somali Soviet Spaniard Spaniards Spanish Sudanese
    Sunni Swede Swedes Swedish Swiss Syrian Syrians Taiwanese Tajik Tanzanian Thai Tibetan Tunisian Turk Turkish Turks
    Turkmen Ugandan Ukrainian Ukrainians Uruguayan Uyghur Uyghurs Uzbek Venezuelan Victorian Vietnamese Welsh Western
    Westerners Yemeni Zambian Zimbabwean Catholic Catholics Orthodox Buddhist Buddhists Black White Democrat Democrats
    Democratic Republican Republicans Conservative Conservatives Liberal Liberals Labour Tory Tories Nazi Nazis
    Communist Communists Socialist Socialists Marxist Zionist Texan Texans Californian Californians Iowan Iowans
    Londoner Londoners Parisian Berliner Yorker Yorkers Eastern Northern Southern
""")
# verbs that carry speech only beside quotation marks; indirect speech needs a stronger one
WEAK_VERBS: Final = words("""
    believe believes believed
    read reads reading called calls calling described describes identified identifies compared offered offers signed
    shared shares sharing points pointed laughed smiled sighed ordered rejected welcomed thought think feels felt hopes
    hoped questions answers posts notes states comments remarks reports claims laments counters writing reading
    reporting
""")
MALE: Final = words(
    "he him his himself Mr Mr. Sir King Prince Duke Lord father son brother husband spokesman chairman man boy"
)
FEMALE: Final = words(
    "she her hers herself Mrs Mrs. Ms Ms. Miss Madam Queen Princess Duchess Lady Dame mother daughter sister wife "
    "spokeswoman chairwoman actress woman girl mum mom"
)
