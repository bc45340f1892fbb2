/** A unit of measurement. */
export const isUnit = (text: string): boolean => UNITS.test(text.trim());

const UNITS =
  /^(?:(?:[kKMGTP]i?)?(?:bits?|bytes?|[bB]|Hz|FLOPS?|W|Wh|J|V|A|N|Pa|eV|m|g|s|l)(?:\/s|ps)?|[munpcd][msgAVlF]|secs?|seconds?|mins?|minutes?|h|hrs?|hours?|days?|weeks?|months?|years?|yrs?|degrees?|deg|rad|radians?|pixels?|px|units?|dollars?|USD|EUR|tokens?|samples?|words?|steps?|epochs?|mol|K|°C|km\/h|m\/s|per cent|percent)$/;
