# The dataset in R, base packages only: Rscript dataset.R facts.csv   (made by `auditor dataset PATH -o facts.csv`)
path <- commandArgs(trailingOnly = TRUE)[1]
table_of <- function(name) {
  file <- if (name == "facts") path else sub("\\.csv$", paste0("_", name, ".csv"), path)
  read.csv(file, fileEncoding = "UTF-8-BOM", stringsAsFactors = FALSE, check.names = FALSE)
}
facts <- table_of("facts")
certain <- facts[facts$confidence >= 0.9 & !is.na(facts$value), ]

# New requests by year.
received <- certain[certain$series == "t3.new_received.total", ]
print(aggregate(value ~ year, received, sum))

# One row a report, a column a cell.
wide <- table_of("wide")
print(head(wide[, c("agency", "year", "t3.new_received.total", "t4.review_total")]))
