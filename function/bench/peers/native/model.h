/* The model of the native peers, by ONNX Runtime's C API. The peers open its library when they start.
 *
 * ONNX Runtime publishes its functions as a table that only grows at its end, so the indexes below hold in every release
 * (the table of version 1, https://onnxruntime.ai/docs/api/c/struct_ort_api.html), and its header is not needed. */
#pragma once

#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum { FEATURES = 13 };

static const char *const FEATURE_NAMES[FEATURES] = {"CRIM", "ZN",  "INDUS", "CHAS",    "NOX", "RM",   "AGE",
                                                    "DIS",  "RAD", "TAX",   "PTRATIO", "B",   "LSTAT"};

static const char *feature_name(int place) { return FEATURE_NAMES[place]; }

typedef void *Status;

enum Place {
    GET_ERROR_MESSAGE = 2,
    CREATE_ENV = 3,
    CREATE_SESSION = 7,
    RUN = 9,
    CREATE_SESSION_OPTIONS = 10,
    SET_INTRA_OP_THREADS = 24,
    SESSION_INPUT_NAME = 36,
    SESSION_OUTPUT_NAME = 37,
    CREATE_TENSOR_WITH_DATA = 49,
    TENSOR_DATA = 51,
    CREATE_CPU_MEMORY_INFO = 69,
    DEFAULT_ALLOCATOR = 78,
    RELEASE_VALUE = 96,
};

typedef struct {
    const void *(*table)(uint32_t version);
    const char *(*version)(void);
} ApiBase;

typedef struct {
    void *const *api;
    void *session;
    void *memory;
    char *input;
    char *output;
} Model;

/* Calls the function at a place of the table. */
#define CALL(model, place, type, ...) (((type)(model)->api[place])(__VA_ARGS__))

static void check(const Model *model, Status status) {
    if (status) {
        fprintf(stderr, "%s\n", CALL(model, GET_ERROR_MESSAGE, const char *(*)(Status), status));
        exit(1);
    }
}

/* Ends the process, with a message, if the library or the model cannot be loaded. */
static Model load_model(const char *library, const char *file) {
    void *opened = dlopen(library, RTLD_NOW | RTLD_LOCAL);
    const ApiBase *(*base)(void) = opened ? (const ApiBase *(*)(void))dlsym(opened, "OrtGetApiBase") : NULL;
    if (!base) {
        fprintf(stderr, "ONNX Runtime cannot be opened: %s\n", dlerror());
        exit(1);
    }
    Model model = {(void *const *)base()->table(1), NULL, NULL, NULL, NULL};
    void *environment, *options, *allocator;
    check(&model, CALL(&model, CREATE_ENV, Status (*)(int, const char *, void **), 3, "peer", &environment));
    check(&model, CALL(&model, CREATE_SESSION_OPTIONS, Status (*)(void **), &options));
    check(&model, CALL(&model, SET_INTRA_OP_THREADS, Status (*)(void *, int), options, 1));
    check(&model, CALL(&model, CREATE_SESSION, Status (*)(void *, const char *, void *, void **), environment, file,
                       options, &model.session));
    check(&model, CALL(&model, CREATE_CPU_MEMORY_INFO, Status (*)(int, int, void **), 1, 0, &model.memory));
    check(&model, CALL(&model, DEFAULT_ALLOCATOR, Status (*)(void **), &allocator));
    check(&model, CALL(&model, SESSION_INPUT_NAME, Status (*)(void *, size_t, void *, char **), model.session, 0,
                       allocator, &model.input));
    check(&model, CALL(&model, SESSION_OUTPUT_NAME, Status (*)(void *, size_t, void *, char **), model.session, 0,
                       allocator, &model.output));
    return model;
}

/* One prediction for each row; rows has count * FEATURES values. Threads may call it at once. */
static void run_model(const Model *model, double *rows, int64_t count, double *predictions) {
    enum { DOUBLE = 11 };
    const int64_t shape[] = {count, FEATURES};
    void *input = NULL, *output = NULL;
    double *data = NULL;
    check(model, CALL(model, CREATE_TENSOR_WITH_DATA,
                      Status (*)(void *, void *, size_t, const int64_t *, size_t, int, void **), model->memory, rows,
                      (size_t)(count * FEATURES) * sizeof(double), shape, 2, DOUBLE, &input));
    const char *inputs[] = {model->input}, *outputs[] = {model->output};
    check(model, CALL(model, RUN,
                      Status (*)(void *, void *, const char *const *, void *const *, size_t, const char *const *,
                                 size_t, void **),
                      model->session, NULL, inputs, &input, 1, outputs, 1, &output));
    check(model, CALL(model, TENSOR_DATA, Status (*)(void *, void **), output, (void **)&data));
    for (int64_t i = 0; i < count; i++) predictions[i] = data[i];
    CALL(model, RELEASE_VALUE, void (*)(void *), input);
    CALL(model, RELEASE_VALUE, void (*)(void *), output);
}
