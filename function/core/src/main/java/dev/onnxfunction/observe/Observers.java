package dev.onnxfunction.observe;

import dev.onnxfunction.fault.Faults;
import dev.onnxfunction.model.Batch;

import java.util.Arrays;
import java.util.List;

/** Forwards events to several observers. */
public final class Observers implements Observer {

    private final Observer[] observers;

    /**
     * @param observers notified in this order
     */
    public Observers(List<Observer> observers) {
        this.observers = observers.toArray(Observer[]::new);
    }

    @Override
    public void answered(Exchange exchange) {
        for (Observer observer : observers) {
            observer.answered(exchange);
        }
    }

    @Override
    public void predicted(Batch batch, TraceContext trace) {
        for (Observer observer : observers) {
            observer.predicted(batch, trace);
        }
    }

    @Override
    public void refused(Faults faults) {
        for (Observer observer : observers) {
            observer.refused(faults);
        }
    }

    @Override
    public Observer ofStream() {
        return new Observers(Arrays.stream(observers).map(Observer::ofStream).toList());
    }

    @Override
    public void endOfStream() {
        for (Observer observer : observers) {
            observer.endOfStream();
        }
    }

    @Override
    public void close() {
        for (Observer observer : observers) {
            observer.close();
        }
    }
}
