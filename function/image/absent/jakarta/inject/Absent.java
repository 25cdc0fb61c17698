package jakarta.inject;

/** A package of a module must have a class. */
final class Absent {}
