package kotlin.reflect.full;

/** A package of a module must have a class. */
final class Absent {}
