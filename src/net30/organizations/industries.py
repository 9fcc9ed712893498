"""Names of industries, in the order of the alphabet: what an organization may say it does."""

# fmt: off
INDUSTRIES = (
    "Accounting and bookkeeping", "Advertising and marketing", "Agriculture and farming", "Air transport",
    "Architecture and interior design", "Arts and museums", "Automotive repair", "Automotive sales", "Banking",
    "Beauty salons and spas", "Beverage manufacturing", "Biotechnology", "Books and publishing",
    "Building materials", "Cannabis", "Chemical manufacturing", "Childcare", "Cleaning and janitorial services",
    "Clothing manufacturing", "Clothing stores", "Computer hardware", "Construction of buildings",
    "Construction trades", "Consulting", "Consumer electronics stores", "Courier and delivery services",
    "Dental practices", "Education, colleges and universities", "Education, schools",
    "Education, training and tutoring", "Electrical equipment manufacturing", "Electricity and gas supply",
    "Employment and staffing agencies", "Energy, oil and gas", "Energy, renewable", "Engineering services",
    "Events and catering", "Film and video production", "Fishing and forestry", "Fitness and sports clubs",
    "Food manufacturing", "Food stores and supermarkets", "Funeral services", "Furniture and home goods",
    "Gambling and casinos", "Gasoline stations", "Government", "Hospitals", "Hotels and lodging",
    "Human resources services", "Information technology services", "Insurance", "Investment and asset management",
    "Jewelry and precious metals", "Landscaping", "Law firms", "Lending and credit", "Logistics and warehousing",
    "Machinery manufacturing", "Medical devices", "Medical practices", "Metal products", "Mining and quarrying",
    "Music and performing arts", "Non-profit, charities and foundations", "Non-profit, religious",
    "Nursing and residential care", "Online retail", "Paper and packaging", "Parking", "Personal services",
    "Pet care and veterinary services", "Pharmaceuticals", "Pharmacies", "Photography", "Plastics and rubber",
    "Printing", "Property management", "Public relations", "Rail transport", "Real estate agencies",
    "Real estate development", "Repair and maintenance", "Research and development", "Restaurants and bars",
    "Retail, general", "Road freight", "Scientific and laboratory services", "Sea and water transport",
    "Security services", "Social services", "Software", "Sporting goods", "Taxis and passenger transport",
    "Telecommunications", "Textiles", "Toys and games", "Travel agencies and tours",
    "Vehicle and equipment rental", "Waste collection and recycling", "Water supply", "Wholesale, durable goods",
    "Wholesale, food and drink", "Wholesale, general", "Other",
)
# fmt: on
